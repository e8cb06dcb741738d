import { z } from 'zod'

import type { AwsSecretsSource } from '../../domain/secret-source'
import { SIGNER_FAILURE_CODES, type LedgerConfig, type SecretRef } from '../../domain/signer'
import type { TypedData } from '../../domain/typed-data'
import type { VendorConfig } from './vendor'

/** What the app asks of a vendor host. The id comes back with the answer. */
export type VendorRequest =
  | { readonly op: 'open'; readonly id: number; readonly config: VendorConfig; readonly secrets: Readonly<Record<SecretRef, Uint8Array>> }
  | { readonly op: 'sign'; readonly id: number; readonly address: string; readonly digest: string }
  | { readonly op: 'look'; readonly id: number }
  | {
      readonly op: 'read-secret'
      readonly id: number
      readonly source: AwsSecretsSource
      readonly name: string
      readonly secrets: Readonly<Record<SecretRef, Uint8Array>>
    }
  | LedgerRequest

/** What the app asks about a Ledger: one visit after the other, each from `ledger-open` to `ledger-close`. */
export type LedgerRequest =
  | {
      readonly op: 'ledger-open'
      readonly id: number
      readonly driver: LedgerConfig['driver']
      readonly transport: LedgerConfig['transport']
    }
  | { readonly op: 'ledger-app'; readonly id: number }
  | { readonly op: 'ledger-blind'; readonly id: number }
  | { readonly op: 'ledger-address'; readonly id: number; readonly path: string; readonly shown: boolean }
  | { readonly op: 'ledger-sign-transaction'; readonly id: number; readonly path: string; readonly unsigned: Uint8Array }
  | { readonly op: 'ledger-sign-typed-data'; readonly id: number; readonly path: string; readonly typedData: TypedData }
  | { readonly op: 'ledger-close'; readonly id: number }

/** The requests that may have been signed where no answer came. */
export const SIGNING_OPS: readonly VendorRequest['op'][] = ['sign', 'ledger-sign-transaction', 'ledger-sign-typed-data']

const id = z.number().int().positive()
const scalar = z.string().regex(/^[0-9a-f]{1,64}$/)
const detail = z.string().max(500)
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/)

const vendorAnswer = z.union([
  z.strictObject({
    id,
    ok: z.literal(true),
    kind: z.literal('opened'),
    keys: z
      .array(
        z.strictObject({
          address,
          where: z.string().max(200),
          // Compared as a whole with what was configured before it is used.
          configJson: z.string().max(50_000),
        }),
      )
      .max(50),
  }),
  z.strictObject({ id, ok: z.literal(true), kind: z.literal('signed'), r: scalar, s: scalar }),
  z.strictObject({ id, ok: z.literal(true), kind: z.literal('well') }),
  z.strictObject({ id, ok: z.literal(true), kind: z.literal('ledger-opened'), screen: z.enum(['touch', 'nano']).nullable() }),
  z.strictObject({ id, ok: z.literal(true), kind: z.literal('ledger-app'), name: z.string().max(255), version: z.string().max(255) }),
  z.strictObject({ id, ok: z.literal(true), kind: z.literal('ledger-blind'), signsBlind: z.boolean() }),
  z.strictObject({ id, ok: z.literal(true), kind: z.literal('ledger-address'), address }),
  z.strictObject({
    id,
    ok: z.literal(true),
    kind: z.literal('secret'),
    bytes: z.instanceof(Uint8Array).refine(({ length }) => length <= 65_536),
  }),
  z.strictObject({ id, ok: z.literal(false), code: z.enum(SIGNER_FAILURE_CODES), detail }),
])
/** What a vendor host answers; nothing secret but what it was asked to read. */
export type VendorAnswer = z.output<typeof vendorAnswer>

/** Reads an answer strictly; null when it is not exactly one. */
export function parseVendorAnswer(message: unknown): VendorAnswer | null {
  const parsed = vendorAnswer.safeParse(message)
  return parsed.success ? parsed.data : null
}

/** The app's side of a helper process: an Electron utility process, or a forked Node process. */
export interface VendorHostPort {
  post(message: VendorRequest): void
  onMessage(listener: (message: unknown) => void): void
  /** Called once, when the process has ended. */
  onExit(listener: (code: number | null) => void): void
  kill(): void
}
