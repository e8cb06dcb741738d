import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { foundBelow, foundIn, formsOf, PieceSearch } from '../../support/canaries/search'

const SECRET = 'holdfastCanary#1'
const needles = formsOf('it', SECRET)
const inside = (before: string, text = SECRET): Buffer => Buffer.from(`${before}${text} and more`)

describe('the search of the canaries finds a secret', () => {
  const written: readonly (readonly [string, Buffer])[] = [
    ['as it is', inside('before ')],
    ['as two bytes a character', Buffer.from(`before ${SECRET} and more`, 'utf16le')],
    ['in hex', Buffer.from(inside('x').toString('hex'))],
    ['in capitals of hex', Buffer.from(inside('x').toString('hex').toUpperCase())],
    ['as a list of numbers, as JSON has bytes', Buffer.from(JSON.stringify([...inside('x')]))],
    ...['', 'a', 'ab', 'abc'].flatMap((before) => [
      [`in base64 behind ${before.length} bytes`, Buffer.from(inside(before).toString('base64'))] as const,
      [`in base64url behind ${before.length} bytes`, Buffer.from(inside(before).toString('base64url'))] as const,
      [
        `in base64 of two bytes a character behind ${before.length} characters`,
        Buffer.from(Buffer.from(inside(before).toString(), 'utf16le').toString('base64')),
      ] as const,
    ]),
  ]
  test.each(written)('%s', (_form, bytes) => {
    expect(foundIn(bytes, needles)).not.toEqual([])
  })

  test('where base64 has other letters than base64url', () => {
    const odd = formsOf('odd', Buffer.from('fbfffefbfffefbff', 'hex'))
    expect(foundIn(Buffer.from(Buffer.from('00fbfffefbfffefbff00', 'hex').toString('base64url')), odd)).not.toEqual([])
  })

  test('across two pieces, wherever they are cut', () => {
    const bytes = inside('before ')
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const search = new PieceSearch(needles)
      search.feed(bytes.subarray(0, cut))
      search.feed(bytes.subarray(cut))
      expect(search.found).toEqual(['it, as it is'])
    }
  })

  test('in a file and in the name of a folder, however deep', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-canaries-'))
    try {
      mkdirSync(join(folder, 'a', `b ${SECRET}`), { recursive: true })
      writeFileSync(join(folder, 'a', 'odd.bin'), Buffer.concat([Buffer.alloc(200_000), inside('')]))
      const found = await foundBelow(folder, needles)
      expect(found.map((line) => line.replace(folder, ''))).toEqual([`/a/b ${SECRET} (its name): it, as it is`, '/a/odd.bin: it, as it is'])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

test('the search of the canaries finds nothing where there is nothing, and refuses what could be there by chance', () => {
  expect(foundIn(inside('before ', 'holdfastCanary#2'), needles)).toEqual([])
  expect(() => formsOf('short', '7341')).toThrow(/too short/)
})
