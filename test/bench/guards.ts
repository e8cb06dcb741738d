import { SigningKey, keccak256 } from 'ethers'

import { buildGuardTable, guardsFor } from '../../src-main/guards/guard-table'
import type { GuardInput } from '../../src-main/guards/guard'
import { firstDenial, runGuards } from '../../src-main/guards/run-guards'
import { chainInput, paperInput } from '../unit/guards/support/input'
import { compared, microsecondsInTurns, type BenchResult } from './breakers'

const CALLS = 8
const TABLE = buildGuardTable()

/** What all guards together cost on a prepared quote and decoded calldata, policy included, against one signature by ethers. */
export async function run(): Promise<BenchResult[]> {
  const onChain = chainInput()
  const onPaper = paperInput()
  const [chain, paper, signature] = await microsecondsInTurns([() => judge(onChain), () => judge(onPaper), signOnce], CALLS)
  return [compared('guards: all judge a swap', chain, signature), compared('guards: all judge an order on paper', paper, signature)]
}

/** All guards of an order; it must pass, or the figure would be of something else. */
export function judge(input: GuardInput): void {
  const refused = firstDenial(runGuards(guardsFor('order', TABLE), input))
  if (refused !== null) throw new Error(`${refused.guard}: ${refused.denial.code}`)
}

const key = new SigningKey(`0x${'11'.repeat(32)}`)
const digest = keccak256('0x02')

/** The reference: one ECDSA signature over a digest, the least that any signer does. */
export function signOnce(): void {
  key.sign(digest)
}
