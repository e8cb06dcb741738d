import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { AuditFact } from '../../../../src-main/domain/audit-event'
import { withAccount, withChain } from '../../../../src-main/signers/policy-wrapper/make-signer-policy'
import type { SignerPolicy } from '../../../../src-main/signers/policy-wrapper/signer-policy'
import { SignerPolicyFile } from '../../../../src-main/signers/policy-wrapper/signer-policy-file'
import { FakeClock } from '../../../support/fake-clock'

const ACCOUNT = `0x${'A1'.repeat(20)}`
const CHAIN = { chainId: 5, routers: [`0x${'c0'.repeat(20)}`], tokens: [`0x${'70'.repeat(20)}`] }
const ada = { actor: 'Ada', reason: 'a reason', origin: 'change' } as const

let folder: string
let facts: AuditFact[]
let newest: { version: number; hash: string } | null
let refusing: boolean
const clock = new FakeClock()
const path = () => join(folder, 'signer-policy.jsonl')
const open = (macKey = Buffer.alloc(32, 7)) =>
  new SignerPolicyFile({
    path: path(),
    macKey,
    clock,
    anchor: { read: () => newest, write: (value) => (newest = value) },
    audit: {
      append: (fact) => {
        if (refusing) throw new Error('the disk is full')
        facts.push(fact)
        return { seq: facts.length, hashHex: '' }
      },
    },
  })
const inForce = (file: SignerPolicyFile): SignerPolicy & { version: number } => {
  const state = file.state()
  if (state.kind !== 'loaded') throw new Error(state.why)
  return { ...state.policy, version: state.version }
}
const why = (file: SignerPolicyFile) => {
  const state = file.state()
  return state.kind === 'unreadable' ? state.why : null
}
const policyOf = (file: SignerPolicyFile): SignerPolicy => {
  const { version: _version, ...policy } = inForce(file)
  return policy
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-signer-policy-'))
  facts = []
  newest = null
  refusing = false
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('C7: versions of the signers’ policy', () => {
  test('X10: a log that takes nothing: it is opened all the same and denies everything, and begins at the next opening that can be recorded', () => {
    refusing = true
    expect(why(open())).toMatch(/could not be recorded/)
    refusing = false
    expect(inForce(open()).version).toBe(1)
  })

  test('a fresh environment allows nothing', () => {
    expect(inForce(open())).toMatchObject({ version: 1, chainIds: [], accounts: [], contracts: [], maxGas: 0n })
    expect(facts.map(({ type }) => type)).toEqual(['SignerPolicyChangeRequested', 'SignerPolicyChanged'])
  })

  test('every version is kept: who, when, why; the newest is in force also after opening again', () => {
    const file = open()
    file.change(withChain(withAccount(policyOf(file), ACCOUNT), CHAIN), { ...ada, origin: 'set-up' })
    file.change({ ...policyOf(file), maxGas: 300_000n }, ada)
    const again = open()
    expect(inForce(again)).toMatchObject({ version: 3, maxGas: 300_000n, accounts: [ACCOUNT.toLowerCase()], chainIds: [5] })
    expect(again.versions().map(({ version, actor, reason, intact }) => [version, actor, reason, intact])).toEqual([
      [3, 'Ada', 'a reason', true],
      [2, 'Ada', 'a reason', true],
      [1, 'system', 'made for a fresh environment', true],
    ])
    expect(again.isFromSetUp).toBe(false)
    expect(facts.at(-1)).toMatchObject({
      type: 'SignerPolicyChanged',
      data: { version: 3, changes: [{ field: 'maxGas', before: '1000000', after: '300000', loosens: false }] },
    })
  })

  test('decision 4: it is recorded before it is kept; what cannot be recorded is not changed', () => {
    const file = open()
    const before = readFileSync(path(), 'utf8')
    refusing = true
    expect(() => {
      file.change(withAccount(policyOf(file), ACCOUNT), ada)
    }).toThrow('disk')
    expect([readFileSync(path(), 'utf8'), inForce(file).version]).toEqual([before, 1])
  })

  test('the app ended between the file and the record of its number: the next opening takes the newer one', () => {
    const file = open()
    const before = newest
    file.change(withAccount(policyOf(file), ACCOUNT), ada)
    const after = newest
    newest = before
    expect(inForce(open()).version).toBe(2)
    expect(newest).toEqual(after)
  })
})

describe('X10: what cannot be believed denies', () => {
  const withTwo = () => {
    const file = open()
    file.change(withAccount(policyOf(file), ACCOUNT), ada)
    return readFileSync(path(), 'utf8')
  }

  test.for(['', '{', 'null', '{}', '[]', '\u0000'])('a file that holds %j, which is kept as it is', (text) => {
    open()
    writeFileSync(path(), text)
    expect(why(open())).not.toBeNull()
    expect(readFileSync(path(), 'utf8')).toBe(text)
  })

  test('a file with one character changed, anywhere in its newest line', () => {
    const text = withTwo()
    const start = text.trimEnd().lastIndexOf('\n') + 1
    for (let at = start; at < text.length - 1; at += 7) {
      writeFileSync(path(), `${text.slice(0, at)}${text[at] === '0' ? '1' : '0'}${text.slice(at + 1)}`)
      expect(why(open()), String(at)).not.toBeNull()
    }
    writeFileSync(path(), text)
    expect(why(open())).toBeNull()
  })

  test('an older file in its place, a missing one, one of another key, a folder', () => {
    const text = withTwo()
    writeFileSync(path(), text.slice(0, text.indexOf('\n') + 1))
    expect(why(open())).toBe('it is not the version that was recorded last')
    writeFileSync(path(), text)
    expect(why(open(Buffer.alloc(32, 8)))).toBe('its newest version is damaged')
    rmSync(path())
    expect(why(open())).toBe('its file is missing')
    mkdirSync(path())
    expect(why(open())).toBe('it is not a regular file')
  })

  test('a person begins anew: the next number, and the odd file is set aside', () => {
    withTwo()
    writeFileSync(path(), 'odd')
    const broken = open()
    expect(() => broken.compare(withAccount(broken.versions()[0]?.policy ?? ({} as SignerPolicy), ACCOUNT))).toThrow()
    broken.beginAnew({ ...EMPTY, accounts: [ACCOUNT.toLowerCase()] }, { actor: 'Ada', reason: 'damaged' }, '1')
    expect(inForce(open())).toMatchObject({ version: 3, accounts: [ACCOUNT.toLowerCase()] })
    expect(readdirSync(folder).sort()).toEqual(['signer-policy.jsonl', 'signer-policy.jsonl.aside-1'])
  })
})

const EMPTY: SignerPolicy = {
  chainIds: [],
  accounts: [],
  contracts: [],
  recipients: [],
  spenders: [],
  tokens: [],
  maxValueWei: 0n,
  maxGas: 0n,
  maxFeePerGasWei: 0n,
  maxCancelFeePerGasWei: 0n,
  maxDataBytes: 0,
  endlessGrants: false,
  refuseContractCreation: true,
}
