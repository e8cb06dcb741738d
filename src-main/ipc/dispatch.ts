import type { z } from 'zod'

import type { Calls } from '../../src-preload/contract/channel'
import { problem, type Problem, type Reply } from '../../src-preload/contract/problem'
import { assertNever } from '../lib/assert-never'
import { err, ok, type Result } from '../lib/result'
import type { Sender, SenderRegistry, WindowRole } from './sender'

/** Answers one call. */
export type Handler<Input = never, Output = unknown> = (input: Input) => Promise<Reply<Output>> | Reply<Output>
/** A handler for every call of a table, no more and no fewer. */
export type Handlers<Table extends Calls> = {
  readonly [Name in keyof Table]: Handler<z.output<Table[Name]['input']>, z.output<Table[Name]['output']>>
}

/** What the dispatcher tells of calls. */
export interface DispatchHooks {
  /** A call from somebody who may not call. */
  onForbidden(name: string, sender: Sender): void
  /** Why a call of ours is not for whoever is here now (the app is locked, the role is too small), or null. */
  refuses(name: string): Problem | null
  /** A command is about to be carried out; false when it could not be recorded and may not go on without. */
  onCommand(name: string): boolean
  /** A command that was told of before has been answered, whatever came of it. */
  onAnswered(name: string): void
  /** A handler threw, or answered against its schema. */
  onFault(name: string, fault: unknown): void
}

/** Says that a call failed, and why. */
export function problemReply(code: Problem['code'], figures: Problem['figures'] = {}): Reply<never> {
  return { ok: false, problem: { code, figures } }
}

/** Answers a call with a value. */
export function valueReply<T>(value: T): Reply<T> {
  return { ok: true, value }
}

/**
 * Carries out one call: the sender, who is here, the input and the output are each checked, and nothing thrown inside reaches the window.
 */
export async function dispatch(
  table: Calls,
  handlers: Readonly<Record<string, Handler>>,
  registry: SenderRegistry,
  hooks: DispatchHooks,
  role: WindowRole,
  call: { readonly name: string; readonly sender: Sender; readonly input: unknown },
): Promise<Reply<unknown>> {
  const { name, sender } = call
  if (!registry.allows(sender, role)) {
    quietly(() => {
      hooks.onForbidden(name, sender)
    })
    return problemReply('FORBIDDEN')
  }
  const definition = Object.hasOwn(table, name) ? table[name] : undefined
  const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined
  if (definition === undefined || handler === undefined) return problemReply('FORBIDDEN')
  let commanded = false
  try {
    const refusal = hooks.refuses(name)
    if (refusal !== null) return { ok: false, problem: refusal }
    const input = definition.input.safeParse(call.input)
    if (!input.success) return problemReply('INVALID_INPUT', { where: input.error.issues[0]?.path.join('.') ?? '' })
    switch (definition.kind) {
      case 'command':
        if (!hooks.onCommand(name)) return problemReply('AUDIT_UNAVAILABLE')
        commanded = true
        break
      case 'query':
        break
      default:
        assertNever(definition.kind, 'call kind')
    }
    const reply = checkedReply(await handler(input.data as never), definition.output)
    if (reply.ok) return reply.value
    hooks.onFault(name, reply.error)
    return problemReply('INVALID_OUTPUT')
  } catch (thrown) {
    quietly(() => {
      hooks.onFault(name, thrown)
    })
    return problemReply('INTERNAL')
  } finally {
    if (commanded) {
      try {
        hooks.onAnswered(name)
      } catch (thrown) {
        quietly(() => {
          hooks.onFault(name, thrown)
        })
      }
    }
  }
}

/** What crosses of a handler's answer: the checked value, or the checked problem, and nothing beside them. */
function checkedReply(answer: Reply<unknown>, output: z.ZodType): Result<Reply<unknown>, unknown> {
  const { ok: isValue, value, problem: refusal } = answer as { readonly ok: unknown; readonly value?: unknown; readonly problem?: unknown }
  if (isValue === true) {
    const checked = output.safeParse(value)
    return checked.success ? ok({ ok: true, value: checked.data }) : err(checked.error)
  }
  const checked = problem.safeParse(refusal)
  return checked.success ? ok({ ok: false, problem: checked.data }) : err(checked.error)
}

/** A hook that fails must neither carry its error to a window nor stand in for the answer. */
function quietly(tell: () => void): void {
  try {
    tell()
  } catch {
    // Who is told of faults has one of its own: there is nobody left to tell.
  }
}
