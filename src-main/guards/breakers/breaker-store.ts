import type { BreakerId } from '../../domain/breaker'

/** What can happen to a breaker, past tense. */
export const BREAKER_EVENT_KINDS = [
  'failed',
  'opened',
  'half-opened',
  'closed',
  'probe-acquired',
  'probe-released',
  'isolated',
  'reset',
  'tuned',
  'found-unreadable',
] as const
/** What can happen to a breaker. */
export type BreakerEventKind = (typeof BREAKER_EVENT_KINDS)[number]

/** One line of a breaker's history, for people. */
export interface BreakerEvent {
  /** Wall time, ms. */
  readonly atMs: number
  readonly kind: BreakerEventKind
  /** Who made it happen; `system` when nobody did. */
  readonly by: string
  /** Why, in words for the log. */
  readonly detail: string
}

/** Where breakers outlive a restart. Synchronous; `save` returns when the state is durable and throws when it is not. */
export interface BreakerStore {
  /** The state as last saved; null when none ever was. Throws when it cannot be read. */
  load(id: BreakerId): string | null
  save(id: BreakerId, json: string): void
  /** Keeps one line of history. */
  event(id: BreakerId, kind: BreakerEventKind, detail: string, by: string): void
  /** The latest lines of history, oldest first; without it the history starts anew with each start. */
  recent?(id: BreakerId): readonly BreakerEvent[]
}
