import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { PolicyFile } from '../../../src-main/app/compose/policy-file'
import type { AuditFact } from '../../../src-main/domain/audit-event'
import { loadPolicy, policyText } from '../../../src-main/guards/policy/policy'
import type { ChainProfile } from '../../../src-main/venues/dex/chain-profile'
import { BENCH_POLICY, ROUTER, SIGNER_ADDRESS, USDC, WETH } from '../../support/app/bench-chain'

const OTHER = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const PROFILE = {
  chainId: 5,
  uniswapV3: { swapRouter: ROUTER },
  uniswapV2: { router: ROUTER },
  tokens: [{ address: WETH }, { address: USDC }],
} as unknown as ChainProfile

let folder: string
let facts: AuditFact[]
const audit = {
  append: (fact: AuditFact) => {
    facts.push(fact)
    return { seq: facts.length, hashHex: '' }
  },
}
const open = () => new PolicyFile(folder, 'testnet', audit)
const file = () => join(folder, 'policy.json')
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-policy-'))
  facts = []
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

test('C6: a fresh environment allows nothing, and that is on record', () => {
  const state = open().state()
  expect(state.kind === 'loaded' && [state.policy.venues, state.policy.chainIds]).toEqual([[], []])
  expect(facts).toMatchObject([{ type: 'PolicyChanged' }])
})

test('C6: a chain and a signer are allowed by name, each change a new version, recorded before it is written', () => {
  const policy = open()
  policy.allowChain(PROFILE, [SIGNER_ADDRESS])
  policy.allowSigner(OTHER)
  const read = loadPolicy(readFileSync(file(), 'utf8'))
  expect(read.kind === 'loaded' && read.policy).toMatchObject({ version: 3, chainIds: [5], signerAddresses: [SIGNER_ADDRESS, OTHER] })
  expect(facts.map(({ data }) => data['why'])).toEqual(['made for a fresh environment', 'chain 5 was configured', 'a signer was added'])
})

test('C6: what a person narrowed by hand is left as it is when the chain is connected again, or the signer added again', () => {
  writeFileSync(file(), policyText({ ...BENCH_POLICY, maxOrderNotionalUsd: BENCH_POLICY.maxOrderNotionalUsd.div(100) }))
  const before = readFileSync(file(), 'utf8')
  const policy = open()
  policy.allowChain({ ...PROFILE, chainId: 31_337 }, [OTHER])
  policy.allowSigner(SIGNER_ADDRESS.toLowerCase())
  expect(readFileSync(file(), 'utf8')).toBe(before)
  expect(facts).toEqual([])
})

test.for(['', '{', 'null', '{}', '{"version":1}', '[]', '\u0000'])(
  'X10: a policy file that holds %j denies, and is never written over',
  (text) => {
    writeFileSync(file(), text)
    const policy = open()
    policy.allowChain(PROFILE, [SIGNER_ADDRESS])
    policy.allowSigner(SIGNER_ADDRESS)
    expect(policy.state()).toMatchObject({ kind: 'unreadable' })
    expect(readFileSync(file(), 'utf8')).toBe(text)
    expect(facts).toEqual([])
  },
)

test('X10: a folder in the place of the policy denies', () => {
  mkdirSync(file())
  expect(open().state()).toMatchObject({ kind: 'unreadable' })
})

test('X10: an edit while the app runs is not in force before the next opening, and a change on top of it does not hide it', () => {
  const policy = open()
  writeFileSync(file(), policyText(BENCH_POLICY))
  const state = policy.state()
  expect(state.kind === 'loaded' && state.policy.chainIds).toEqual([])
})

test('decision 4: a policy whose change cannot be recorded is not changed', () => {
  const policy = open()
  const before = readFileSync(file(), 'utf8')
  const refusing = { append: audit.append }
  audit.append = () => {
    throw new Error('the disk is full')
  }
  try {
    expect(() => {
      policy.allowChain(PROFILE, [])
    }).toThrow('disk')
  } finally {
    audit.append = refusing.append
  }
  expect(readFileSync(file(), 'utf8')).toBe(before)
  const state = policy.state()
  expect(state.kind === 'loaded' && state.policy.chainIds).toEqual([])
})
