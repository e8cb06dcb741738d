import type { AuditLog } from '../audit/audit'
import type { AuditFact } from '../domain/audit-event'

/**
 * Commands that do not wait for a record: they reduce risk, or they are the way to see and mend what keeps the record from being written.
 * Halts and releases make records of their own.
 */
const UNRECORDED = [
  'halt.',
  'maintenance.',
  'presence.',
  'order.cancel',
  'order.discard',
  'audit.',
  'authority.lock',
  'authority.unlock',
  'authority.vouchAnew',
  'signer.lock',
  'breaker.isolate',
  'trading.reduce',
  'trading.halt',
  'environment.switch',
  // What is answered in the main-owned window was asked for by a command, and is recorded as the act that it is: mending the record is one of them.
  'secure.',
] as const

/** While trading is halted nothing that a key signs can leave but cancels: whoever unlocks one then does it for them. */
const UNRECORDED_WHILE_HALTED: readonly string[] = ['signer.unlock']

/** Whether a command is carried out also where it cannot be recorded. */
export function goesUnrecorded(name: string, halted: boolean): boolean {
  return UNRECORDED.some((free) => name.startsWith(free)) || (halted && UNRECORDED_WHILE_HALTED.includes(name))
}

/**
 * Commands about which nothing is done that is not recorded first: their own record goes with that one, in one transaction. Without it they would only
 * have read.
 */
const RECORDED_WITH_THE_ACT: readonly string[] = ['order.prepare', 'order.prepareAgain', 'order.confirm']

/** A command of a window is about to be carried out. Throws where it cannot be recorded: then it may not be. */
export function recordCommand(audit: Pick<AuditLog, 'append' | 'appendWithNext'>, command: string, actor: string, halted: boolean): void {
  if (goesUnrecorded(command, halted)) return
  const received: AuditFact = {
    category: 'SYSTEM_EVENT',
    severity: 'info',
    type: 'CommandReceived',
    actor,
    subject: null,
    data: { command },
  }
  if (RECORDED_WITH_THE_ACT.includes(command)) audit.appendWithNext(received)
  else audit.append(received)
}

/** A command of a window was answered: where it came to nothing that is on record, its own record is written now. */
export function commandAnswered(audit: Pick<AuditLog, 'writeHeld'>, command: string): void {
  if (RECORDED_WITH_THE_ACT.includes(command)) audit.writeHeld()
}

/** A call came from somebody who may not call at all. */
export function callForbidden(name: string, origin: string): AuditFact {
  const data = { call: name.slice(0, 100), origin: origin.slice(0, 200) }
  return { category: 'SECURITY_VIOLATION', severity: 'high', type: 'CallForbidden', actor: 'unknown', subject: null, data }
}
