import { expect, test } from 'vitest'

import { CHAIN_BREAK_KINDS } from '../../../../src-main/audit/audit'
import { judgeAudit } from '../../../../src-main/engine/watch/audit-chain'
import { haltOrigin, RELEASE_CHECK_WORDS } from '../../../../src-renderer/ui/words/halts'
import { RECORD_CODES, spellRecordCodes } from '../../../../src-renderer/ui/words/record-codes'

test('X5: every kind of break, and why the record takes no entries, has words; names of variables and of people’s own stay', () => {
  expect(CHAIN_BREAK_KINDS.filter((kind) => !RECORD_CODES.includes(kind))).toEqual([])
  for (const kind of CHAIN_BREAK_KINDS)
    for (const { reason } of judgeAudit({ refuses: 'LOG_BROKEN', broken: [{ kind, fromSeq: 4, toSeq: 4 }] }))
      expect(spellRecordCodes(reason)).toMatch(/^The audit [a-z ]+: [a-z’ ]+(?: at entry 4)?\.$/)
  const unset = 'Unset KILL_SWITCH_ACTIVE, TRADING_HALTED and start again'
  expect(spellRecordCodes(unset)).toBe(unset)
})

test('X5: the strip says what is broken in words', () => {
  const reason = 'The audit log takes no entries: LOG_BROKEN.'
  expect(haltOrigin({ state: 'triggered', sinceMs: 1, source: 'automatic', by: 'audit-chain', reason, scope: 'machine' })).toBe(
    'by an automatic trigger (audit-chain): The audit log takes no entries: it was found broken',
  )
})

test('X5: what a release check is called reads right whether it passes or not', () => {
  for (const { name } of Object.values(RELEASE_CHECK_WORDS)) expect(name).not.toMatch(/^No |\b(?:is|are|answers?|has|find)\b/)
})
