import { createHash } from 'node:crypto'

import type { Problem } from '../../../src-preload/contract/problem'
import { DeviceChallenges, type DeviceClaim } from '../../authority/device-challenges'
import { sameAddress } from '../../domain/evm'
import { authenticationMessage } from '../../domain/own-typed-data'
import type { Clock } from '../../lib/clock'
import { canonicalJson } from '../../lib/json'
import type { Random } from '../../lib/random'
import type { Result } from '../../lib/result'
import { verifyTypedData } from '../../signers/verify-signature'
import type { OpenEnvironment } from '../compose/compose-environment'
import { isPersonsDevice } from './persons-device'

/** What is to be confirmed on a device, by whom, and until when it is waited for. */
export interface DeviceQuestion {
  /** The device's address, as it was enrolled. */
  readonly address: string
  readonly claim: DeviceClaim
  /** Who says that it is theirs, for the record. */
  readonly by: string
  readonly signal: AbortSignal
}

/** Has the device of an address confirm something; why that did not come about, or null. */
export type ProveByDevice = (question: DeviceQuestion) => Promise<Problem | null>

/** What asking devices works with. */
export interface DeviceProofParts {
  readonly environment: () => Result<OpenEnvironment, Problem>
  readonly clock: Clock
  readonly random: Random
  readonly onFault: (what: string, thrown: unknown) => void
}

const NO_DEVICE: Problem = { code: 'SIGNER_UNAVAILABLE', figures: { reason: 'DEVICE_NOT_FOUND' } }

/**
 * Second factors on devices (product row B6). A device counts as long as it is a signer of the open environment, and a device in truth. Main makes the challenge, has it signed through the signing gate and redeems it; the window never
 * sees either.
 */
export function createDeviceProof({ environment, clock, random, onFault }: DeviceProofParts): ProveByDevice {
  const challenges = new DeviceChallenges({
    clock,
    random,
    isSignedBy: (statement, signature, address) => verifyTypedData(signature, authenticationMessage(statement), address).ok,
  })
  /** Found anew before and after: a signer that was taken out meanwhile confirms nothing. */
  const find = (address: string): { readonly id: string; readonly open: OpenEnvironment } | null => {
    const opened = environment()
    const signer = opened.ok
      ? opened.value.signers.list().find((each) => isPersonsDevice(each) && sameAddress(each.address, address))
      : undefined
    return opened.ok && signer !== undefined ? { id: signer.id, open: opened.value } : null
  }
  return async ({ address, claim, by, signal }) => {
    const found = find(address)
    if (found === null) return NO_DEVICE
    const statement = challenges.issue(claim)
    try {
      const signed = await found.open.engine.signAuthentication(statement, { signerId: found.id, by, signal })
      if (!signed.ok) return { code: signed.error.code, figures: { ...signed.error.figures } }
      if (find(address)?.id !== found.id) return NO_DEVICE
      const redeemed = challenges.redeem(statement.nonce, signed.value, address)
      if (redeemed.ok) return null
      return redeemed.error === 'EXPIRED'
        ? { code: 'SIGNER_UNAVAILABLE', figures: { reason: 'TIMEOUT' } }
        : { code: 'SIGNATURE_MISMATCH', figures: {} }
    } catch (thrown) {
      // What cannot be recorded before is not signed; recovery keys still approve.
      onFault('asking a device', thrown)
      return { code: 'AUDIT_UNAVAILABLE', figures: {} }
    }
  }
}

/** The hash over all that is shown of what somebody approves: the device shows it, too. 0x hex. */
export function hashOfShown(shown: unknown): string {
  return `0x${createHash('sha256').update('holdfast approval v1\n').update(canonicalJson(shown)).digest('hex')}`
}
