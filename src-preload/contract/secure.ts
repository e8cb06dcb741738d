import { z } from 'zod'

import { ADMIN_ACTS } from '../../src-main/domain/admin-act'
import { MOST_APPROVALS } from '../../src-main/domain/authority'
import { command, query, type InputOf, type OutputOf } from './channel'
import { addressText, idText, nothing, shortText } from './primitives'
import { SECRET_PURPOSES } from '../../src-main/domain/secret-use'
import { SIGNER_KINDS } from '../../src-main/domain/signer'
import { problem, type Reply } from './problem'

/** A secret's bytes; main wipes them after use. */
const secretBytes = z.instanceof(Uint8Array).refine((bytes) => bytes.length > 0 && bytes.length <= 1_024)
/** A stored secret may be a whole file, such as a client key or a service account. */
const storedBytes = z.instanceof(Uint8Array).refine((bytes) => bytes.length > 0 && bytes.length <= 20_000)

/** Somebody who may prove who they are here. Where `code` or `device` is set, a code of their authenticator or their device is asked for besides the password. */
const person = z.strictObject({ id: idText, name: shortText, code: z.boolean(), device: z.boolean() })
/** Proof of who somebody is: a password, and where a second factor is enrolled a code, or the word that main is to ask their device. */
const personProof = z
  .strictObject({ id: idText, password: secretBytes, code: secretBytes.nullable(), device: z.boolean().optional() })
  .refine(({ code, device }) => code === null || device !== true)
/** The hash of all that is shown, which a device shows, too: 0x hex of 32 bytes. */
const requestHash = z.string().regex(/^0x[0-9a-f]{64}$/)
/** One approval a time by a person, or by one or two recovery keys. */
const proof = { recoveryKeys: z.array(secretBytes).max(2), operator: personProof.optional() }
const someProof = ({ recoveryKeys, operator }: { recoveryKeys: readonly unknown[]; operator?: unknown }): boolean =>
  recoveryKeys.length > 0 !== (operator !== undefined)

/** What the main-owned window asks of the person. Main decides; the big window can neither read nor alter it. */
export const secureTask = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('show-recovery-keys'), id: idText, codes: z.array(z.string().max(80)).min(1).max(2) }),
  z.strictObject({
    kind: z.literal('authorise'),
    id: idText,
    act: z.enum(ADMIN_ACTS),
    /** What it is done to, such as a breaker's name; empty for the whole app. */
    subject: shortText,
    /** So many different recovery keys are enough now. */
    keysNeeded: z.union([z.literal(1), z.literal(2)]),
    /** Who may approve it and has not yet. */
    people: z.array(person).max(50),
    approvals: z.strictObject({ needed: z.number().int().min(1).max(MOST_APPROVALS), given: z.array(shortText).max(MOST_APPROVALS) }),
    reason: shortText,
    changes: z.array(z.strictObject({ label: shortText, before: shortText.nullable(), after: shortText })).max(100),
    checks: z.array(z.strictObject({ label: shortText, ok: z.boolean(), detail: shortText, letBeBy: shortText.optional() })),
    requestHash,
  }),
  /** A secret that we made, shown once; main keeps at most its hash, or seals it. */
  z.strictObject({ kind: z.literal('show-secret'), id: idText, title: shortText, means: shortText, secret: z.string().min(1).max(200) }),
  /** The app is locked: whoever proves who they are unlocks it. */
  z.strictObject({
    kind: z.literal('unlock-app'),
    id: idText,
    people: z.array(person).max(50),
    keysNeeded: z.union([z.literal(1), z.literal(2)]),
    requestHash,
  }),
  z.strictObject({ kind: z.literal('set-password'), id: idText, name: shortText, again: z.boolean() }),
  /** A secret for an authenticator, shown once, as an address for its camera and as text; counts after one right code. */
  z.strictObject({
    kind: z.literal('enrol-second-factor'),
    id: idText,
    name: shortText,
    uri: z.string().min(1).max(500),
    base32: z.string().min(1).max(80),
  }),
  /** A device is to confirm what this person approves; it counts once it has signed that. */
  z.strictObject({
    kind: z.literal('enrol-device'),
    id: idText,
    name: shortText,
    /** What somebody called it: no word of what it is. */
    label: shortText,
    signerKind: z.enum(SIGNER_KINDS),
    /** The program that stands in for a device, in development; null for a device. */
    emulator: shortText.nullable(),
    address: addressText,
    requestHash,
  }),
  z.strictObject({ kind: z.literal('unlock-keystore'), id: idText, label: shortText, address: addressText }),
  z.strictObject({ kind: z.literal('create-keystore'), id: idText, label: shortText }),
  /** A secret that a signer needs to be reached: kept encrypted, never shown again. */
  z.strictObject({ kind: z.literal('store-secret'), id: idText, purpose: z.enum(SECRET_PURPOSES), label: shortText }),
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
  z.strictObject({ kind: z.literal('show-recovery-keys'), id: idText, lastCharacters: z.array(z.string().max(8)).min(1).max(2) }),
  z.strictObject({ kind: z.literal('authorise'), id: idText, ...proof }).refine(someProof),
  z.strictObject({ kind: z.literal('unlock-app'), id: idText, ...proof }).refine(someProof),
  z.strictObject({ kind: z.literal('set-password'), id: idText, password: secretBytes }),
  z.strictObject({ kind: z.literal('enrol-second-factor'), id: idText, password: secretBytes, code: secretBytes }),
  z.strictObject({ kind: z.literal('enrol-device'), id: idText, password: secretBytes }),
  z.strictObject({ kind: z.literal('show-secret'), id: idText }),
  z.strictObject({ kind: z.literal('unlock-keystore'), id: idText, password: secretBytes }),
  z.strictObject({ kind: z.literal('create-keystore'), id: idText, password: secretBytes }),
  z.strictObject({ kind: z.literal('store-secret'), id: idText, secret: storedBytes }),
  z.strictObject({ kind: z.literal('import-key'), id: idText, privateKey: secretBytes, password: secretBytes }),
  z.strictObject({ kind: z.literal('import-keystore-file'), id: idText, password: secretBytes }),
])

/** Every call the main-owned window may make; its bridge is its own and knows no others. */
export const secureCalls = {
  'secure.task': query(nothing, secureTask.nullable()),
  /** Both null when the answer was accepted and the window closes; else what was wrong with it, or what is asked next. */
  'secure.answer': command(secureAnswer, z.strictObject({ problem: problem.nullable(), next: secureTask.nullable() })),
  'secure.cancel': command(nothing, nothing),
} as const

/** What the main-owned window asks. */
export type SecureTask = z.output<typeof secureTask>
/** What the person answers there. */
export type SecureAnswer = z.output<typeof secureAnswer>
/** The name of a call of that window. */
export type SecureCallName = keyof typeof secureCalls
/** What such a call is given. */
export type SecureCallInput<N extends SecureCallName> = InputOf<(typeof secureCalls)[N]>
/** What it answers when it does not fail. */
export type SecureCallOutput<N extends SecureCallName> = OutputOf<(typeof secureCalls)[N]>

/** What the main-owned window finds as `window.holdfastSecure`. */
export interface SecureBridge {
  call<N extends SecureCallName>(name: N, input: SecureCallInput<N>): Promise<Reply<SecureCallOutput<N>>>
}
