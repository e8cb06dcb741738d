import type { Migration } from './migration'

/**
 * The first tables.
 *
 * An audit entry is its body: what is queried by is read out of it (src-main/audit/entry-rows.ts), so no column can be edited apart from
 * what was hashed. Neither generated columns nor an index, on purpose: both would cost every durable append, and what is searched is built
 * in memory when somebody looks (src-main/audit/facets.ts).
 *
 * The triggers keep our own code honest; who holds the key can drop them, which the audit log's check of the schema notices. The one
 * change that they let through is what retention does: a body that was kept long enough is emptied, its place in the chain stays.
 */
export const initial: Migration = {
  id: 1,
  sql: `
CREATE TABLE audit_meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_entries (
  seq INTEGER PRIMARY KEY CHECK (seq > 0),
  body TEXT NOT NULL,
  prev_hash BLOB NOT NULL CHECK (length(prev_hash) = 32),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  mac BLOB NOT NULL CHECK (length(mac) = 32)
) STRICT;

CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries
WHEN NOT (new.body = '{}' AND new.seq = old.seq AND new.prev_hash = old.prev_hash AND new.hash = old.hash AND new.mac = old.mac)
BEGIN
  SELECT RAISE(ABORT, 'audit entries are never changed');
END;

CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries
BEGIN
  SELECT RAISE(ABORT, 'audit entries are never deleted');
END;

CREATE TABLE orders (
  order_id TEXT PRIMARY KEY,
  client_order_id TEXT NOT NULL UNIQUE,
  venue TEXT NOT NULL,
  instrument TEXT NOT NULL,
  state TEXT NOT NULL,
  plan_hash TEXT NOT NULL,
  plan_json TEXT NOT NULL,
  progress_json TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX orders_by_state ON orders (state, created_at_ms);
CREATE INDEX orders_by_time ON orders (created_at_ms);
CREATE INDEX orders_by_change ON orders (updated_at_ms);

CREATE TABLE order_events (
  order_id TEXT NOT NULL REFERENCES orders,
  seq INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  type TEXT NOT NULL,
  data_json TEXT NOT NULL,
  -- Null while the audit log is owed the entry.
  audit_seq INTEGER,
  PRIMARY KEY (order_id, seq)
) STRICT, WITHOUT ROWID;

-- Facts that the audit log did not take, until it does. The event of an order's life that says the same, where there is one.
CREATE TABLE owed_records (
  id INTEGER PRIMARY KEY,
  fact_json TEXT NOT NULL,
  order_id TEXT,
  event_seq INTEGER
) STRICT;

CREATE TABLE transactions (
  tx_id TEXT PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders,
  purpose TEXT NOT NULL,
  replaces TEXT REFERENCES transactions,
  chain_id INTEGER NOT NULL,
  from_address TEXT NOT NULL,
  nonce INTEGER NOT NULL,
  unsigned_json TEXT NOT NULL,
  raw BLOB,
  hash TEXT,
  state TEXT NOT NULL,
  created_at_ms INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT;

CREATE INDEX transactions_by_order ON transactions (order_id);
CREATE INDEX transactions_by_state ON transactions (state, created_at_ms);

-- A nonce is one order's until the chain has counted it or it was given up; from then on the chain's own count speaks.
CREATE UNIQUE INDEX transactions_by_nonce ON transactions (chain_id, from_address, nonce)
WHERE replaces IS NULL AND state IN ('reserved', 'signed', 'sending', 'sent');

-- What competes for a nonce competes with a transaction of the same order, which took that nonce first.
CREATE TRIGGER transactions_replace_their_own BEFORE INSERT ON transactions
WHEN new.replaces IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM transactions root
  WHERE root.tx_id = new.replaces AND root.replaces IS NULL AND root.order_id = new.order_id
    AND root.chain_id = new.chain_id AND root.from_address = new.from_address AND root.nonce = new.nonce
)
BEGIN
  SELECT RAISE(ABORT, 'a transaction replaces one of its own order at the same nonce');
END;

CREATE TABLE breakers (
  breaker_id TEXT PRIMARY KEY,
  state_json TEXT NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE breaker_events (
  id INTEGER PRIMARY KEY,
  breaker_id TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  kind TEXT NOT NULL,
  detail_json TEXT NOT NULL
) STRICT;

CREATE INDEX breaker_events_by_breaker ON breaker_events (breaker_id, at_ms);

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value_json TEXT NOT NULL,
  updated_at_ms INTEGER NOT NULL
) STRICT;

-- Every version of the trading policy, the newest in force. The signers' policy is kept elsewhere, on purpose.
CREATE TABLE policy_versions (
  version INTEGER PRIMARY KEY CHECK (version > 0),
  at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  origin TEXT NOT NULL,
  policy_json TEXT NOT NULL,
  prev_mac BLOB NOT NULL,
  mac BLOB NOT NULL CHECK (length(mac) = 32)
) STRICT;

CREATE TRIGGER policy_versions_no_update BEFORE UPDATE ON policy_versions
BEGIN
  SELECT RAISE(ABORT, 'versions of the policy are never changed');
END;

CREATE TRIGGER policy_versions_no_delete BEFORE DELETE ON policy_versions
BEGIN
  SELECT RAISE(ABORT, 'versions of the policy are never deleted');
END;

CREATE TABLE repeat_acknowledgements (
  repeat_key TEXT PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL
) STRICT;

CREATE TABLE equity_points (
  account TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  equity_usd TEXT NOT NULL,
  PRIMARY KEY (account, at_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE equity_days (
  account TEXT NOT NULL,
  day TEXT NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (account, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE activity_alarms (
  alarm_id TEXT PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  account TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  figures_json TEXT NOT NULL,
  acknowledged_json TEXT
) STRICT;

CREATE INDEX activity_alarms_by_time ON activity_alarms (at_ms);

CREATE TABLE signers (
  signer_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  label TEXT NOT NULL,
  address TEXT NOT NULL,
  config_json TEXT NOT NULL,
  -- Its place among the signers of its address: the next steps in when the one before is definitely unavailable.
  turn INTEGER NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;

-- What the app keeps itself of PINs, tokens and client keys, each encrypted and authenticated once more.
CREATE TABLE stored_secrets (
  secret_id TEXT PRIMARY KEY,
  purpose TEXT NOT NULL,
  label TEXT NOT NULL,
  sealed BLOB NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;

-- Where secrets outside of the app lie, and how to reach them; nothing in it is secret.
CREATE TABLE secret_sources (
  kind TEXT PRIMARY KEY,
  config_json TEXT NOT NULL,
  changed_at_ms INTEGER NOT NULL
) STRICT;

-- Figures over time for the charts; no money is kept here, so REAL will do.
CREATE TABLE metric_samples (
  name TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  value REAL NOT NULL
) STRICT;

CREATE INDEX metric_samples_by_name ON metric_samples (name, at_ms);

-- What people were told of; what happened itself is in the audit log.
CREATE TABLE alerts (
  alert_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  subject TEXT,
  figures_json TEXT NOT NULL,
  audit_seq INTEGER,
  first_at_ms INTEGER NOT NULL,
  last_at_ms INTEGER NOT NULL,
  count INTEGER NOT NULL,
  acknowledged_by TEXT,
  acknowledged_at_ms INTEGER,
  delivery TEXT NOT NULL,
  attempts INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE paper_state (
  key TEXT PRIMARY KEY,
  json TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
}
