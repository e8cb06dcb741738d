'use strict'
// Who may import whom: one line a room. What a line does not name is forbidden, for code and for types alike.
// Files of a room may always import each other. `.dependency-cruiser.cjs` makes the rules out of this table.

/** The files through which other rooms see a room, where they may see no more than that. */
const INTERFACES = {
  // The check of a signature is no way to make one: the signing gate calls it.
  signers: '^src-main/signers/(signer|verify-signature)\\.ts$',
  venues: '^src-main/venues/(venue|chain)\\.ts$',
  confirmations: '^src-main/confirmations/confirmations?\\.ts$',
  audit: '^src-main/audit/audit\\.ts$',
  alerts: '^src-main/alerts/alerts?\\.ts$',
  authority: '^src-main/authority/authority\\.ts$',
  credentials: '^src-main/credentials/credentials?\\.ts$',
  storage: '^src-main/storage/(database|stored-setting)\\.ts$',
}

/** @param {string} room */
const main = (room) => `^src-main/${room}/`
const BASE = [main('domain'), main('lib')]
const CONTRACT = '^src-preload/contract/'

/**
 * name      shown in the message
 * path      which files belong to the room
 * may       paths of ours it may import
 * mayTypes  paths of ours it may import types from
 * packages  npm packages it may import ('any' for all); `electron` has a rule of its own
 * node      whether it may import Node's own modules
 */
const ROOMS = [
  { name: 'main entry', path: '^src-main/index\\.ts$', may: [main('app')], packages: [], node: true },
  { name: 'app', path: main('app'), may: ['^src-main/'], mayTypes: [CONTRACT], packages: 'any', node: true },
  { name: 'ipc', path: main('ipc'), may: [CONTRACT, main('engine'), ...BASE], packages: ['zod'], node: true },
  {
    name: 'engine',
    path: main('engine'),
    may: [main('guards'), ...BASE, ...Object.values(INTERFACES)],
    // ethers only to decode and recover: ESLint keeps providers and wallets out.
    packages: ['ethers', 'zod'],
    node: true,
  },
  // ethers only to decode call data.
  { name: 'guards', path: main('guards'), may: BASE, packages: ['ethers', 'zod'], node: true },
  {
    name: 'authority',
    path: main('authority'),
    may: [main('storage'), main('credentials'), ...BASE],
    packages: ['otpauth', 'zod'],
    node: true,
  },
  { name: 'signers', path: main('signers'), may: BASE, packages: ['ethers', '@noble/curves', 'zod'], node: true },
  { name: 'venues', path: main('venues'), may: BASE, packages: ['zod'], node: true },
  { name: 'confirmations', path: main('confirmations'), may: [INTERFACES.venues, ...BASE], packages: [], node: true },
  // Who vouched for a head is checked by the signature alone.
  { name: 'audit', path: main('audit'), may: [main('storage'), INTERFACES.signers, ...BASE], packages: ['zod', 'commander'], node: true },
  { name: 'alerts', path: main('alerts'), may: [main('credentials'), ...BASE], packages: ['zod'], node: true },
  { name: 'credentials', path: main('credentials'), may: [main('storage'), INTERFACES.venues, ...BASE], packages: ['zod'], node: true },
  {
    name: 'gateway',
    path: main('gateway'),
    may: [main('engine'), CONTRACT, ...BASE],
    packages: ['jsonwebtoken', 'prom-client', 'zod'],
    node: true,
  },
  { name: 'storage', path: main('storage'), may: [main('lib')], packages: ['better-sqlite3-multiple-ciphers', 'zod'], node: true },
  { name: 'domain', path: main('domain'), may: [main('lib')], packages: [], node: false },
  { name: 'lib', path: main('lib'), may: [], packages: ['decimal.js'], node: true },

  { name: 'contract', path: CONTRACT, may: [main('domain')], packages: ['zod'], node: false },
  { name: 'preload', path: '^src-preload/[^/]+\\.ts$', may: [CONTRACT], packages: ['zod'], node: false },

  {
    name: 'renderer entry',
    path: '^src-renderer/[^/]+\\.(tsx?|html|css)$',
    may: ['^src-renderer/(app|secure)/'],
    packages: 'any',
    node: false,
  },
  {
    name: 'renderer app',
    path: '^src-renderer/app/',
    may: ['^src-renderer/(features|stores|api|ui)/'],
    mayTypes: [CONTRACT],
    packages: 'any',
    node: false,
  },
  {
    name: 'feature',
    path: '^src-renderer/features/([^/]+)/',
    own: '^src-renderer/features/$1/',
    may: ['^src-renderer/(stores|api|ui)/'],
    mayTypes: [CONTRACT],
    packages: 'any',
    node: false,
  },
  { name: 'stores', path: '^src-renderer/stores/', may: ['^src-renderer/api/'], mayTypes: [CONTRACT], packages: 'any', node: false },
  { name: 'api', path: '^src-renderer/api/', may: [CONTRACT], packages: 'any', node: false },
  { name: 'ui', path: '^src-renderer/ui/', may: [], mayTypes: [CONTRACT], packages: 'any', node: false },
  // The main-owned window for secrets and confirmations shares nothing with the big renderer but stateless components.
  { name: 'secure window', path: '^src-renderer/secure/', may: ['^src-renderer/ui/', CONTRACT], packages: 'any', node: false },
]

/** "Own vendor package": a folder below signers or venues and what it alone may import besides its room's packages. */
const VENDORS = {
  'src-main/signers/keystore': ['@noble/hashes', 'sodium-native'],
  'src-main/signers/ledger': ['@ledgerhq/*', 'rxjs'],
  'src-main/signers/pkcs11': ['pkcs11js'],
  'src-main/signers/aws-kms': ['@aws-sdk/client-kms', '@aws-sdk/client-secrets-manager', '@smithy/*'],
  'src-main/signers/gcp-kms': ['@google-cloud/kms', 'google-gax'],
  'src-main/signers/azure-kms': ['@azure/*'],
  'src-main/signers/env-key': ['@noble/curves'],
  'src-main/venues/dex': ['ethers'],
}

/**
 * What loads a vendor's library, or the native one that stretches passwords: only the entry of a helper process or of the key host may lead there, the main
 * process never, by however many steps.
 */
const HELPER_ONLY = '^src-main/signers/(ledger/drivers/|[^/]+/open-|aws-kms/read-aws-secret\\.ts$|keystore/scrypt\\.ts$)'

/** The only files and folders that may import `electron`; ESLint reads the list as well, to say so while one types. */
const ELECTRON_PLACES = [
  'src-main/index.ts',
  'src-main/app/',
  'src-main/ipc/electron-ipc.ts',
  'src-main/alerts/desktop.ts',
  'src-main/credentials/vault.ts',
  'src-preload/index.ts',
  'src-preload/secure.ts',
]

module.exports = { ROOMS, VENDORS, HELPER_ONLY, ELECTRON_PLACES }
