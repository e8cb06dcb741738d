/** What is wrong with the record, by the codes that main writes into reasons and details; each fits after `is broken:` or `takes no entries:`. */
const CODES: Readonly<Record<string, string>> = {
  // Breaks of the chain
  EDITED: 'an entry that was changed',
  BAD_MAC: 'an entry that this app did not write',
  LINK_BROKEN: 'an entry that follows another than the one before it',
  REORDERED: 'an entry in another’s place',
  DELETED: 'entries that are missing',
  INSERTED: 'an entry that does not belong there',
  UNREADABLE: 'an entry that cannot be read',
  TRUNCATED: 'an end that is missing',
  ANCHOR_MISSING: 'an anchor that is missing',
  ANCHOR_UNREADABLE: 'an anchor that cannot be read',
  ANCHOR_FOREIGN: 'the anchor of another log',
  ANCHOR_FORGED: 'an anchor that this app did not write',
  ANCHOR_MISMATCH: 'another entry than the one that was anchored',
  ANCHOR_STALE: 'an anchor that is too far behind',
  WITNESS_MISMATCH: 'a head that was signed and is not there',
  VOUCHER_MISMATCH: 'a head that nobody vouched for as it says',
  SCHEMA_CHANGED: 'tables that were changed',
  // Why it takes no entries
  LOG_BROKEN: 'it was found broken',
  FOREIGN_LOG: 'it belongs to another environment',
  HEAD_MOVED: 'something else wrote at its end',
  ANCHOR_NOT_WRITTEN: 'its anchor cannot be written',
  DISK_FULL: 'the disk is full',
}
const KNOWN = new RegExp(`\\b(?:${Object.keys(CODES).join('|')})\\b`, 'g')

/** A reason or detail with the codes about the record in words; everything else stays as it is. */
export function spellRecordCodes(text: string): string {
  return text.replace(KNOWN, (code) => CODES[code] ?? code)
}

/** The codes that have words. */
export const RECORD_CODES: readonly string[] = Object.keys(CODES)
