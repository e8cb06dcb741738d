import { z } from 'zod'

import { ADMIN_ACTS } from '../../src-main/domain/admin-act'
import { command, query, type InputOf, type OutputOf } from './channel'
import { addressText, idText, nothing, shortText } from './primitives'
import { problem, type Reply } from './problem'

/** A secret's bytes; main wipes them after use. */
const secretBytes = z.instanceof(Uint8Array).refine((bytes) => bytes.length > 0 && bytes.length <= 1_024)

/** What the main-owned window asks of the person. Main decides; the big window can neither read nor alter it. */
export const secureTask = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('show-recovery-keys'), id: idText, codes: z.array(z.string().max(80)).length(2) }),
  z.strictObject({
    kind: z.literal('authorise'),
    id: idText,
    act: z.enum(ADMIN_ACTS),
    /** What it is done to, such as a breaker's name; empty for the whole app. */
    subject: shortText,
    keysNeeded: z.union([z.literal(1), z.literal(2)]),
    reason: shortText,
    changes: z.array(z.strictObject({ label: shortText, before: shortText.nullable(), after: shortText })).max(100),
    checks: z.array(z.strictObject({ label: shortText, ok: z.boolean(), detail: shortText })),
  }),
  /** A secret that we made, shown once; main keeps at most its hash, or seals it. */
  z.strictObject({ kind: z.literal('show-secret'), id: idText, title: shortText, means: shortText, secret: z.string().min(1).max(200) }),
  z.strictObject({ kind: z.literal('unlock-keystore'), id: idText, label: shortText, address: addressText }),
  z.strictObject({ kind: z.literal('create-keystore'), id: idText, label: shortText }),
  z.strictObject({ kind: z.literal('import-key'), id: idText, label: shortText }),
  z.strictObject({
    kind: z.literal('import-keystore-file'),
    id: idText,
    label: shortText,
    file: shortText,
    address: addressText.nullable(),
  }),
])

/** The person's answer; each belongs to the task of the same kind. */
export const secureAnswer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('show-recovery-keys'), id: idText, lastCharacters: z.tuple([z.string().max(8), z.string().max(8)]) }),
  z.strictObject({ kind: z.literal('authorise'), id: idText, recoveryKeys: z.array(secretBytes).min(1).max(2) }),
  z.strictObject({ kind: z.literal('show-secret'), id: idText }),
  z.strictObject({ kind: z.literal('unlock-keystore'), id: idText, password: secretBytes }),
  z.strictObject({ kind: z.literal('create-keystore'), id: idText, password: secretBytes }),
  z.strictObject({ kind: z.literal('import-key'), id: idText, privateKey: secretBytes, password: secretBytes }),
  z.strictObject({ kind: z.literal('import-keystore-file'), id: idText, password: secretBytes }),
])

/** Every call the main-owned window may make; its bridge is its own and knows no others. */
export const secureCalls = {
  'secure.task': query(nothing, secureTask.nullable()),
  /** Null when the answer was accepted and the window closes; else what was wrong with it. */
  'secure.answer': command(secureAnswer, z.strictObject({ problem: problem.nullable() })),
  'secure.cancel': command(nothing, nothing),
} as const

export type SecureTask = z.output<typeof secureTask>
export type SecureAnswer = z.output<typeof secureAnswer>
export type SecureCallName = keyof typeof secureCalls
export type SecureCallInput<N extends SecureCallName> = InputOf<(typeof secureCalls)[N]>
export type SecureCallOutput<N extends SecureCallName> = OutputOf<(typeof secureCalls)[N]>

/** What the main-owned window finds as `window.holdfastSecure`. */
export interface SecureBridge {
  call<N extends SecureCallName>(name: N, input: SecureCallInput<N>): Promise<Reply<SecureCallOutput<N>>>
}
