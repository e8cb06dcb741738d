import type { z } from 'zod'

/** The one channel outside of the tables: main answers it when it hears every other. */
export const WIRED_CHANNEL = 'wired'

/** A call from a window to main. `query` reads, `command` may change something. */
export interface CallDefinition<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly kind: 'query' | 'command'
  readonly input: Input
  readonly output: Output
}
/** A message from main to a window. */
export interface EventDefinition<Payload extends z.ZodType = z.ZodType> {
  readonly kind: 'event'
  readonly payload: Payload
}

/** Defines a call that reads. */
export function query<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): CallDefinition<I, O> {
  return { kind: 'query', input, output }
}
/** Defines a call that may change something. */
export function command<I extends z.ZodType, O extends z.ZodType>(input: I, output: O): CallDefinition<I, O> {
  return { kind: 'command', input, output }
}
/** Defines a message from main. */
export function event<P extends z.ZodType>(payload: P): EventDefinition<P> {
  return { kind: 'event', payload }
}

/** A table of calls. */
export type Calls = Readonly<Record<string, CallDefinition>>
/** What a caller gives. */
export type InputOf<C extends CallDefinition> = z.input<C['input']>
/** What a caller gets. */
export type OutputOf<C extends CallDefinition> = z.output<C['output']>
/** What an event carries. */
export type PayloadOf<E extends EventDefinition> = z.output<E['payload']>
