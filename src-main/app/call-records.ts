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
] as const

/** Whether a command is carried out also where it cannot be recorded. */
export function goesUnrecorded(name: string): boolean {
  return UNRECORDED.some((free) => name.startsWith(free))
}

/** A command of a window is about to be carried out. */
export function commandReceived(command: string, actor: string): AuditFact {
  return { category: 'SYSTEM_EVENT', severity: 'info', type: 'CommandReceived', actor, subject: null, data: { command } }
}

/** A call came from somebody who may not call at all. */
export function callForbidden(name: string, origin: string): AuditFact {
  const data = { call: name.slice(0, 100), origin: origin.slice(0, 200) }
  return { category: 'SECURITY_VIOLATION', severity: 'high', type: 'CallForbidden', actor: 'unknown', subject: null, data }
}
