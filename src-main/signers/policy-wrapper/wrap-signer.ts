import type { UnsignedTx } from '../../domain/evm'
import type { TypedData } from '../../domain/typed-data'
import type { Clock } from '../../lib/clock'
import { err, type Result } from '../../lib/result'
import type { OnInteraction, Signer, SignerFailure } from '../signer'
import { judgeTransaction } from './judge-transaction'
import { judgeTypedData } from './judge-typed-data'
import { refused, type Refusal } from './refusal'
import type { SignerPolicy, SignerPolicyState } from './signer-policy'

/**
 * Puts the signers' policy around a signer (product row C7). What it returns is all that the rest of the app ever holds: it signs transactions and typed
 * data that the policy allows at that moment, and has no other way to a signature, whatever the signer inside can do; a raw digest least of all.
 */
export function wrapSigner(signer: Signer, policy: () => SignerPolicyState, clock: Pick<Clock, 'wallMs'>): Signer {
  const judged = async <T>(
    judge: (policy: SignerPolicy) => Refusal | null,
    sign: () => Promise<Result<T, SignerFailure>>,
  ): Promise<Result<T, SignerFailure>> => {
    const refusal = refusalOf(policy, judge)
    return refusal === null ? sign() : err({ code: 'DENIED_BY_POLICY', detail: `${refusal.rule}: ${refusal.detail}` })
  }
  const { address } = signer
  const signTypedData = signer.signTypedData?.bind(signer)
  const check = signer.check?.bind(signer)
  const outside: Signer = {
    id: signer.id,
    kind: signer.kind,
    address,
    ...(signer.attended === undefined ? {} : { attended: signer.attended }),
    signTransaction: (tx: UnsignedTx, signal: AbortSignal, onInteraction?: OnInteraction) => {
      // What is judged is what is signed: nobody can change it in between.
      const copy = Object.freeze({ ...tx })
      return judged(
        (current) => judgeTransaction(current, address, copy),
        () => signer.signTransaction(copy, signal, onInteraction),
      )
    },
    ...(signTypedData === undefined
      ? {}
      : {
          signTypedData: (typedData: TypedData, signal: AbortSignal, onInteraction?: OnInteraction) => {
            const copy = structuredClone(typedData)
            return judged(
              (current) => judgeTypedData(current, address, copy, clock.wallMs()),
              () => signTypedData(copy, signal, onInteraction),
            )
          },
        }),
    ...(check === undefined ? {} : { check: (signal: AbortSignal) => check(signal) }),
    health: () => signer.health(),
    lock: () => signer.lock(),
  }
  return Object.freeze(outside)
}

/** What refuses, or null. A policy that cannot be had refuses. */
function refusalOf(policy: () => SignerPolicyState, judge: (policy: SignerPolicy) => Refusal | null): Refusal | null {
  try {
    const state = policy()
    return state.kind === 'loaded' ? judge(state.policy) : refused('UNREADABLE', state.why)
  } catch {
    return refused('UNREADABLE', 'the signers’ policy cannot be had')
  }
}
