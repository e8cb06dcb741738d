import { describe, expect, test } from 'vitest'

import { goesUnrecorded, recordCommand } from '../../../src-main/app/call-records'

const broken = {
  append: () => {
    throw new Error('the log is broken')
  },
  appendWithNext: () => {
    throw new Error('the log is broken')
  },
}
const carriedOut = (command: string, halted: boolean): boolean => {
  try {
    recordCommand(broken, command, 'ada', halted)
    return true
  } catch {
    return false
  }
}

describe('B5 X5: commands while the log takes nothing', () => {
  test.for(['order.cancel', 'order.cancelOnChain', 'halt.trigger', 'halt.sweep', 'signer.lock', 'trading.reduce'])(
    '%s takes risk away and is carried out',
    (command) => {
      expect([carriedOut(command, false), carriedOut(command, true)]).toEqual([true, true])
    },
  )

  test('what is answered in the main-owned window is carried out: releasing, and mending the record, goes that way', () => {
    expect([carriedOut('secure.answer', true), carriedOut('secure.cancel', true), carriedOut('secure.answer', false)]).toEqual([
      true,
      true,
      true,
    ])
  })

  test('a key is unlocked without a record only while halted: then it signs nothing but cancels', () => {
    expect([carriedOut('signer.unlock', false), carriedOut('signer.unlock', true)]).toEqual([false, true])
  })

  test.for(['order.prepare', 'order.confirm', 'order.speedUp', 'signer.test', 'signer.create', 'signer.unlockAll'])(
    '%s waits for its record, halted or not',
    (command) => {
      expect([goesUnrecorded(command, true), carriedOut(command, false), carriedOut(command, true)]).toEqual([false, false, false])
    },
  )
})
