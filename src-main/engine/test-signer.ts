import { denial, type Denial } from '../domain/codes'
import type { UnsignedTx } from '../domain/evm'
import { err, ok, type Result } from '../lib/result'
import { guardFacts } from './guard-facts'
import type { EnginePorts } from './ports'
import type { SigningGate } from './signing-gate'

/** A fee cap of 1 wei and a nonce far ahead: no chain would ever take these bytes, whoever got hold of them. */
const NEVER_MINED = { nonce: 2 ** 40, gasLimit: 21_000n, maxFeePerGasWei: 1n, maxPriorityFeePerGasWei: 0n } as const

/** Has a signer sign something harmless through the signing gate, verifies it, and throws it away. */
export async function testSigner(
  ports: EnginePorts,
  gate: SigningGate,
  signerId: string,
  chainId: number,
  by: string,
): Promise<Result<void, Denial>> {
  const address = ports.accounts.addressOf(signerId)
  if (address == null) return err(denial('SIGNER_UNAVAILABLE', { signer: signerId }))
  const tx: UnsignedTx = { ...NEVER_MINED, chainId, from: address, to: address, valueWei: 0n, data: '0x' }
  const orderId = `test-${ports.random.uuid()}`
  const facts = guardFacts(ports, {
    orderId,
    purpose: 'test',
    intent: null,
    quote: null,
    notionalUsd: null,
    heldBase: null,
    request: null,
    tx,
  })
  const signed = await gate.sign({ purpose: 'test', orderId, signerId, by, tx, facts: { ...facts, signerAddress: address } })
  return signed.ok ? ok(undefined) : err(signed.error.denial)
}
