import type { StoredOperator } from '../../authority/authority-file'
import { problemReply } from '../../ipc/dispatch'
import type { SignerEntry } from '../compose/signers/signer-service'
import { hashOfShown } from '../people/device-proof'
import { isPersonsDevice } from '../people/persons-device'
import { refusedPassword, type AuthorityCalls, type Done } from './authority-shared'
import { storeProblem } from './store-problem'

/** What a person confirms on the device that is to be theirs. */
const ACT = 'enrol-device'

/** Makes the device of a signer a person's second factor: they type their password, and the device signs (product row B6). */
export async function enrolDevice(shared: AuthorityCalls, person: StoredOperator, signerId: string): Done {
  const { context, authorise } = shared
  const opened = context.environment()
  if (!opened.ok) return { ok: false, problem: opened.error }
  const signer = opened.value.signers.get(signerId)
  if (signer === null) return problemReply('NOT_FOUND')
  if (!isPersonsDevice(signer)) return problemReply('SIGNER_UNAVAILABLE', { reason: 'NOT_SUPPORTED' })
  const owner = context.people.operators.ownerOf(signer.address, person.id)
  if (owner !== null) return problemReply('ALREADY_EXISTS', { name: owner })
  // Another way in beside, or in the place of, one that counts is a change of protection; the first one only adds to it.
  if (person.totp !== null || person.device !== null) {
    const changes = [{ label: 'Device', before: person.device?.address ?? null, after: signer.address }]
    const asked = await authorise('change-authority', person.name, changes, () => null)
    if (!asked.ok || !asked.value.done) return asked
  }
  return confirm(shared, person, signer)
}

/** Takes a person's device away. */
export function removeDevice({ context, record, authorise }: AuthorityCalls, { id, name, device }: StoredOperator): Done {
  const changes = [{ label: 'Device', before: device?.address ?? 'none', after: 'not asked for' }]
  return authorise('change-authority', name, changes, () => {
    const unrecorded = record('SecondFactorRemoved', name, { factor: 'device', address: device?.address ?? null })
    if (unrecorded !== null) return unrecorded
    const removed = context.people.operators.removeDevice(id)
    return removed.ok ? null : storeProblem(removed.error)
  })
}

async function confirm(shared: AuthorityCalls, { id, name }: StoredOperator, { label, address, kind, config }: SignerEntry): Done {
  const { context, record, ask, prove: parts } = shared
  const { people } = context
  const taskId = context.random.uuid()
  const emulator = config.kind === 'ledger' && config.transport.type === 'emulator' ? config.transport.url : null
  const shown = { name, label, address, signerKind: kind, emulator }
  const requestHash = hashOfShown({ act: ACT, id: taskId, ...shown })
  const closed = new AbortController()
  const asked = await ask({ kind: 'enrol-device', id: taskId, ...shown, requestHash }, async (answer) => {
    if (answer.kind !== 'enrol-device') return { code: 'FORBIDDEN', figures: {} }
    const refused = await refusedPassword(shared, { id, name }, answer.password, ACT)
    if (refused !== null) return refused
    const claim = { act: ACT, subject: name, requestHash }
    const unconfirmed = await parts.byDevice({ address, claim, by: name, signal: closed.signal })
    if (unconfirmed !== null) return unconfirmed
    if (closed.signal.aborted) return { code: 'CANCELED_BY_USER', figures: {} }
    const unrecorded = record('SecondFactorEnrolled', name, { factor: 'device', address })
    if (unrecorded !== null) return unrecorded
    const enrolled = people.operators.enrolDevice(id, address)
    if (!enrolled.ok) return storeProblem(enrolled.error)
    people.changed()
    return null
  })
  closed.abort()
  return asked
}
