import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { EMPTIED_BODY } from '../../../src-main/audit/body'
import { ChainWalker } from '../../../src-main/audit/chain-walker'
import { deriveAuditKeys } from '../../../src-main/audit/keys'
import { chain, flipped, hashOf, inShort, KEYS, type Parts, stored, walk } from './chain-builder'

const entry = (entries: Parts[], seq: number): Parts => entries.find((candidate) => candidate.seq === seq)!
const found = (entries: readonly Parts[]): string[] => inShort(walk(entries).breaks)

describe('a chain that nobody touched', () => {
  it('has no break, whatever its length', () => {
    for (const length of [0, 1, 2, 50]) {
      const { breaks, entries, endSeq } = walk(chain(length))
      expect(breaks).toEqual([])
      expect(entries).toBe(length)
      expect(endSeq).toBe(length)
    }
  })

  it('can be walked from its middle', () => {
    const entries = chain(10)
    const { breaks } = walk(entries.slice(6), { startAfter: { seq: 6, hashHex: entries[5]!.hash } })
    expect(breaks).toEqual([])
  })

  it('gives the hashes that were asked for', () => {
    const entries = chain(5)
    const { watched } = walk(entries, { watch: [0, 3, 9] })
    expect([...watched]).toEqual([
      [0, KEYS.genesisHex],
      [3, entries[2]!.hash],
    ])
  })
})

describe('an edited entry', () => {
  it('is named when its text was changed', () => {
    const entries = chain(9)
    entry(entries, 4).body = entry(entries, 4).body.replace('4.5', '9.5')
    expect(found(entries)).toEqual(['EDITED 4'])
  })

  it('is named when its hash was made to fit, although the code could not be', () => {
    const entries = chain(9)
    const edited = entry(entries, 4)
    edited.body = edited.body.replace('4.5', '9.5')
    edited.hash = hashOf(4, edited.prev, edited.body)
    expect(found(entries)).toEqual(['EDITED 4'])
  })

  it('is named when only its hash was changed, and the entry after it is not blamed', () => {
    const entries = chain(9)
    entry(entries, 4).hash = flipped(entry(entries, 4).hash)
    expect(found(entries)).toEqual(['EDITED 4'])
  })

  it('is named at the end, too', () => {
    const entries = chain(4)
    entry(entries, 4).body = entry(entries, 4).body.replace('4.5', '9.5')
    expect(found(entries)).toEqual(['EDITED 4'])
  })

  it('is named together with its edited neighbours', () => {
    const entries = chain(9)
    for (const seq of [4, 5, 6]) entry(entries, seq).body = entry(entries, seq).body.replace('.5', '.6')
    expect(found(entries)).toEqual(['EDITED 4-6'])
  })

  it('may be followed by other breaks, which are named as well', () => {
    const entries = chain(30)
    entry(entries, 4).body = entry(entries, 4).body.replace('4.5', '9.5')
    entry(entries, 11).mac = flipped(entry(entries, 11).mac)
    entry(entries, 20).prev = flipped(entry(entries, 20).prev)
    const rest = entries.filter(({ seq }) => seq !== 15 && seq !== 16)
    expect(found(rest)).toEqual(['EDITED 4', 'BAD_MAC 11', 'DELETED 15-16', 'LINK_BROKEN 20'])
  })
})

describe('codes and links', () => {
  it('names an entry whose authentication code was changed', () => {
    const entries = chain(9)
    entry(entries, 4).mac = flipped(entry(entries, 4).mac)
    expect(found(entries)).toEqual(['BAD_MAC 4'])
    const last = chain(9)
    entry(last, 9).mac = flipped(entry(last, 9).mac)
    expect(found(last)).toEqual(['BAD_MAC 9'])
  })

  it('names an entry whose previous hash was changed', () => {
    const entries = chain(9)
    entry(entries, 4).prev = flipped(entry(entries, 4).prev)
    expect(found(entries)).toEqual(['LINK_BROKEN 4'])
    const first = chain(3)
    entry(first, 1).prev = flipped(entry(first, 1).prev)
    expect(found(first)).toEqual(['LINK_BROKEN 1'])
  })

  it('names the place where genuine entries of two lives of one log were joined', () => {
    const one = chain(9)
    const other = chain(9, KEYS)
    // The other life took another course at entry 3 and is genuine from there on.
    const forked = rewrittenWithKey(other, 3)
    expect(found([...one.slice(0, 5), ...forked.slice(5)])).toEqual(['LINK_BROKEN 6'])
  })

  it('names every entry of a chain that was written anew without the key', () => {
    const entries = chain(50)
    let prev = KEYS.genesisHex
    for (const rewritten of entries) {
      rewritten.prev = prev
      rewritten.body = rewritten.body.replace('ETH', 'BTC')
      rewritten.hash = prev = hashOf(rewritten.seq, prev, rewritten.body)
    }
    expect(found(entries)).toEqual(['BAD_MAC 1-50'])
  })

  it('takes no entry of another log', () => {
    const other = deriveAuditKeys(Buffer.alloc(32, 3), { environment: 'live', logId: KEYS.logId })
    expect(found(chain(5, other))).toEqual(['BAD_MAC 1-5'])
  })
})

describe('missing entries', () => {
  it('are named with their range, and the entry after them is not blamed', () => {
    const entries = chain(20).filter(({ seq }) => seq < 5 || seq > 8)
    expect(found(entries)).toEqual(['DELETED 5-8'])
  })

  it('are named at the beginning', () => {
    expect(found(chain(9).slice(3))).toEqual(['DELETED 1-3'])
  })

  it('are named when those behind them were renumbered to close the gap', () => {
    const entries = chain(9).filter(({ seq }) => seq !== 4)
    for (const moved of entries) if (moved.seq > 4) moved.seq -= 1
    expect(found(entries)).toEqual(['REORDERED 4-8', 'DELETED 4'])
  })

  it('cannot be told at the end from the entries alone', () => {
    const { breaks, endSeq } = walk(chain(9).slice(0, 6))
    expect(breaks).toEqual([])
    expect(endSeq).toBe(6)
  })
})

describe('moved and added entries', () => {
  it('names two that changed places, and says where they belong', () => {
    const entries = chain(9)
    entry(entries, 3).seq = 99
    entry(entries, 4).seq = 3
    entry(entries, 99).seq = 4
    const { breaks } = walk(entries)
    expect(inShort(breaks)).toEqual(['REORDERED 3', 'REORDERED 4'])
    expect(breaks.map(({ detail }) => detail)).toEqual(['belongs at entry 4', 'belongs at entry 3'])
  })

  it('names two far apart', () => {
    const entries = chain(30)
    entry(entries, 3).seq = 99
    entry(entries, 20).seq = 3
    entry(entries, 99).seq = 20
    expect(found(entries)).toEqual(['REORDERED 3', 'REORDERED 20'])
  })

  it('names one that was moved behind the end', () => {
    const entries = chain(9)
    entry(entries, 4).seq = 12
    const { breaks, endSeq } = walk(entries)
    expect(inShort(breaks)).toEqual(['DELETED 4', 'REORDERED 12'])
    expect(endSeq).toBe(9)
  })

  it('names one that was slipped in, and those that had to make room', () => {
    const entries = chain(9)
    for (const moved of entries) if (moved.seq >= 4) moved.seq += 1
    const prev = entry(entries, 3).hash
    const body = entry(entries, 3).body.replace('3.5', '7.5')
    entries.push({ seq: 4, body, prev, hash: hashOf(4, prev, body), mac: flipped(entry(entries, 3).mac) })
    const { breaks, endSeq } = walk(entries)
    expect(inShort(breaks)).toEqual(['INSERTED 4', 'REORDERED 5-10'])
    expect(endSeq).toBe(9)
  })

  it('names a copy behind the end', () => {
    const entries = chain(9)
    expect(found([...entries, { ...entry(entries, 4), seq: 10 }])).toEqual(['INSERTED 10'])
  })

  it('names a copy that was put over another entry', () => {
    const entries = chain(9)
    Object.assign(entry(entries, 7), { ...entry(entries, 4), seq: 7 })
    expect(found(entries).sort()).toEqual(['DELETED 7', 'INSERTED 7'])
  })

  it('names a forged one behind the end, next to it and further away, without inventing missing ones', () => {
    const entries = chain(9)
    const prev = entry(entries, 9).hash
    const forged = (seq: number): Parts => {
      const body = entry(entries, 9).body.replace('9.5', '1.5')
      return { seq, body, prev, hash: hashOf(seq, prev, body), mac: flipped(entry(entries, 9).mac) }
    }
    expect(found([...entries, forged(10)])).toEqual(['BAD_MAC 10'])
    expect(found([...entries, forged(20)])).toEqual(['INSERTED 20'])
  })
})

describe('emptied entries', () => {
  const emptied = (entries: Parts[], ...seqs: number[]): Parts[] =>
    entries.map((candidate) => (seqs.includes(candidate.seq) ? { ...candidate, body: EMPTIED_BODY } : candidate))

  it('are no break when they are on record', () => {
    const { breaks, emptiedEntries } = walk(emptied(chain(9), 2, 3), { isEmptied: (seq) => seq === 2 || seq === 3 })
    expect(breaks).toEqual([])
    expect(emptiedEntries).toBe(2)
  })

  it('are edited when they are not', () => {
    expect(inShort(walk(emptied(chain(9), 2, 3), { isEmptied: (seq) => seq === 2 }).breaks)).toEqual(['EDITED 3'])
  })

  it('still have to follow one another', () => {
    const entries = emptied(chain(9), 2, 3)
    entry(entries, 3).prev = flipped(entry(entries, 3).prev)
    expect(inShort(walk(entries, { isEmptied: () => true }).breaks)).toEqual(['LINK_BROKEN 3'])
    const swapped = emptied(chain(9), 2, 3)
    entry(swapped, 2).seq = 99
    entry(swapped, 3).seq = 2
    entry(swapped, 99).seq = 3
    expect(inShort(walk(swapped, { isEmptied: () => true }).breaks)).toEqual(['LINK_BROKEN 2-4'])
  })
})

describe('odd input', () => {
  it('names entries that cannot be read, and goes on behind them', () => {
    const entries = chain(9)
    const walker = new ChainWalker({ keys: KEYS, isEmptied: () => false })
    for (const part of entries) {
      if (part.seq === 4 || part.seq === 5) walker.pushUnreadable(part.seq)
      else walker.push(stored(part))
    }
    expect(inShort(walker.finish().breaks)).toEqual(['UNREADABLE 4-5'])
  })

  it('survives columns of the wrong length or kind', () => {
    for (const links of ['', 'ab', 'f'.repeat(400)]) {
      const entries = chain(6).map(stored)
      const walker = new ChainWalker({ keys: KEYS, isEmptied: () => false })
      for (const part of entries) walker.push(part.seq === 3 ? { ...part, links } : part)
      expect(inShort(walker.finish().breaks)).toEqual(['EDITED 3'])
    }
    const walker = new ChainWalker({ keys: KEYS, isEmptied: () => false })
    for (const part of chain(6).map(stored)) walker.push(part.seq === 3 ? { ...part, body: null } : part)
    expect(inShort(walker.finish().breaks)).toEqual(['EDITED 3'])
  })

  it('reports a chain that was shuffled through and through, in bounded memory', () => {
    const entries = chain(12_000)
    const numbers = entries.map(({ seq }) => seq)
    for (let index = numbers.length - 1; index > 0; index--) {
      const other = (index * 7_919) % (index + 1)
      ;[numbers[index], numbers[other]] = [numbers[other]!, numbers[index]!]
    }
    const { breaks, omittedBreaks } = walk(entries.map((part, index) => ({ ...part, seq: numbers[index]! })))
    expect(breaks.length).toBeLessThanOrEqual(10_000)
    expect(breaks.length + omittedBreaks).toBeGreaterThan(5_000)
  })
})

describe('any single change', () => {
  const LENGTH = 14
  type Spoil = (entries: Parts[], at: Parts, other: Parts) => Parts[]
  const spoils: Record<string, Spoil> = {
    body: (entries, at) => {
      at.body = at.body.replace('.5', '.6')
      return entries
    },
    'body and hash': (entries, at) => {
      at.body = at.body.replace('.5', '.6')
      at.hash = hashOf(at.seq, at.prev, at.body)
      return entries
    },
    hash: (entries, at) => {
      at.hash = flipped(at.hash)
      return entries
    },
    'previous hash': (entries, at) => {
      at.prev = flipped(at.prev)
      return entries
    },
    code: (entries, at) => {
      at.mac = flipped(at.mac)
      return entries
    },
    emptied: (entries, at) => {
      at.body = EMPTIED_BODY
      return entries
    },
    'code of another': (entries, at, other) => {
      at.mac = other.mac
      return entries
    },
    'body of another': (entries, at, other) => {
      at.body = other.body
      return entries
    },
    'all of another': (entries, at, other) => {
      Object.assign(at, { ...other, seq: at.seq })
      return entries
    },
    number: (entries, at) => {
      at.seq = LENGTH + 3
      return entries
    },
    deleted: (entries, at) => entries.filter((part) => part !== at),
  }

  it('is noticed, and the entry is named', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(spoils)),
        fc.integer({ min: 1, max: LENGTH }),
        fc.integer({ min: 1, max: LENGTH - 1 }),
        (name, seq, distance) => {
          const entries = chain(LENGTH)
          const otherSeq = ((seq - 1 + distance) % LENGTH) + 1
          const spoiled = spoils[name]!(entries, entry(entries, seq), entry(entries, otherSeq))
          const { breaks, endSeq } = walk(spoiled)
          // Without an anchor nobody can see that the last entry is missing: it must not be taken for there, either.
          if (seq === LENGTH && (name === 'deleted' || name === 'number')) {
            expect(endSeq).toBe(name === 'deleted' ? LENGTH - 1 : LENGTH)
            return
          }
          const names = breaks.some(({ fromSeq, toSeq }) => fromSeq <= seq && seq <= toSeq)
          expect(names, `${name} at ${seq} gives ${inShort(breaks).join(', ')}`).toBe(true)
          const others = breaks.filter(({ fromSeq, toSeq }) => fromSeq > seq || toSeq < seq)
          expect(others.map(({ kind }) => kind)).toEqual(name === 'number' ? ['REORDERED'] : [])
        },
      ),
      { numRuns: 2_000 },
    )
  })
})

/** A genuine chain in which entry `from` and all after it say something else: what a restored backup that went on would hold. */
function rewrittenWithKey(entries: Parts[], from: number): Parts[] {
  const again = chain(entries.length, KEYS)
  let prev = again[from - 2]!.hash
  for (const part of again.slice(from - 1)) {
    part.body = part.body.replace('ETH', 'BTC')
    part.prev = prev
    part.hash = prev = hashOf(part.seq, prev, part.body)
    part.mac = KEYS.entryKey.ofHex(part.hash)
  }
  return again
}
