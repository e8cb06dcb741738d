import type { CallOutput } from '../../../src-preload/contract'
import { inForce, keyMay } from '../../authority/act-rules'
import type { StoredOperator } from '../../authority/authority-file'
import { sameAddress } from '../../domain/evm'
import { isOpen } from '../../domain/order'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { SignerEntry } from '../compose/signers/signer-service'
import type { AppContext } from '../context'
import { isPersonsDevice } from '../people/persons-device'

/** What depends on a signer, as it is told before the signer is taken out. */
export type Dependants = CallOutput<'signer.dependants'>

/** What depends on a signer now: orders, its address, and people whose second factor it is in this environment (product row B6). */
export function dependantsOf(context: AppContext, environment: OpenEnvironment, entry: SignerEntry): Dependants {
  const signers = environment.signers.list()
  const { engine } = environment
  /** Whether somebody's device can still be asked, with or without this signer. */
  const isConfirmedBy = ({ device }: StoredOperator, among: readonly SignerEntry[]): boolean =>
    device !== null && among.some((each) => isPersonsDevice(each) && sameAddress(each.address, device.address))
  const others = signers.filter(({ id }) => id !== entry.id)
  const nowMs = context.clock.wallMs()
  const people = context.people.operators.body()?.operators.filter((person) => inForce(person, nowMs)) ?? []
  const losing = people.filter((person) => isConfirmedBy(person, signers) && !isConfirmedBy(person, others))
  const nobodyLeft = losing.length > 0 && !people.some((person) => provesWithout(person) || isConfirmedBy(person, others))
  return {
    openOrders: engine.journal.open().filter(({ plan, state }) => plan.intent.account === entry.id && isOpen(state)).length,
    onlyOneOfItsAddress: signers.filter(({ address }) => sameAddress(address, entry.address)).length === 1,
    keyIsHere: entry.kind === 'keystore',
    people: losing.map((person) => ({ name: person.name, hasAuthenticator: person.totp !== null })),
    onlyKeysLeft: nobodyLeft,
  }
}

/** Whether nobody and nothing could unlock the app and approve afterwards: people by their devices alone, and no recovery key that may. */
export function locksEverybodyOut({ clock, people }: AppContext, { onlyKeysLeft }: Dependants): boolean {
  return onlyKeysLeft && !people.recoveryKeys.standing().some((key) => keyMay(key, 'change-authority', clock.wallMs()))
}

/** Whether somebody can show who they are without any device. */
function provesWithout({ totp, device }: StoredOperator): boolean {
  return totp !== null || device === null
}
