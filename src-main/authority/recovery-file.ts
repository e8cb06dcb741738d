import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto'
import { z } from 'zod'

import { canonicalJson } from '../lib/json'
import { readOwnFile } from '../lib/own-file'

/** What a recovery key may do: halt over a network, release a halt, put into maintenance (product row X5). */
export const RECOVERY_PERMISSIONS = ['activate', 'deactivate', 'maintenance'] as const
/** One of the things that a recovery key may do. */
export type RecoveryPermission = (typeof RECOVERY_PERMISSIONS)[number]

const hexBytes = (count: number) => z.string().regex(new RegExp(`^[0-9a-f]{${count * 2}}$`))
const wholeMs = z.number().int().nonnegative()

const storedKey = z.strictObject({
  id: hexBytes(4),
  description: z.string().max(100),
  permissions: z.array(z.enum(RECOVERY_PERMISSIONS)),
  createdAtMs: wholeMs,
  expiresAtMs: wholeMs.nullable(),
  revokedAtMs: wholeMs.nullable(),
  /** Bounded, so that a file cannot make us spend all memory. */
  cost: z.strictObject({
    N: z
      .number()
      .int()
      .min(2 ** 15)
      .max(2 ** 18),
    r: z.literal(8),
    p: z.literal(1),
  }),
  saltHex: hexBytes(16),
  hashHex: hexBytes(32),
})
const body = z.strictObject({ v: z.literal(1), seen: z.boolean(), keys: z.array(storedKey).min(1).max(8) })
const file = body.extend({ macHex: hexBytes(32).nullable() })

/** A recovery key as it is stored: its slow hash, never the code. */
export type StoredKey = Readonly<z.output<typeof storedKey>>
/** The file, without its MAC. `seen`: the person proved that the codes were written down. */
export type RecoveryBody = Readonly<z.output<typeof body>>

/** Whether the file is as we wrote it. `unverifiable` where there is no key to tell by, as after the loss of the vault. */
export type RecoveryReading =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly why: string }
  | { readonly kind: 'present'; readonly body: RecoveryBody; readonly integrity: 'verified' | 'unverifiable' }

const MAX_BYTES = 16_384
const MAC_DOMAIN = 'holdfast recovery keys v1\n'

/** Reads the file. With a MAC key, one that carries no MAC or a wrong one is unreadable: somebody put other hashes there. Never throws. */
export function readRecoveryFile(path: string, macKey: KeyObject | null): RecoveryReading {
  const found = readOwnFile(path, MAX_BYTES)
  if (found.kind === 'absent') return found
  if (found.kind === 'odd') return { kind: 'unreadable', why: found.why }
  const parsed = file.safeParse(parseJson(found.bytes.toString('utf8')))
  if (!parsed.success) return { kind: 'unreadable', why: 'its text is not a list of recovery keys' }
  const { macHex, ...rest } = parsed.data
  if (macKey === null) return { kind: 'present', body: rest, integrity: 'unverifiable' }
  const intact = macHex !== null && timingSafeEqual(Buffer.from(macHex, 'hex'), macOf(rest, macKey))
  return intact ? { kind: 'present', body: rest, integrity: 'verified' } : { kind: 'unreadable', why: 'it is not as we wrote it (MAC)' }
}

/** The bytes of the file, with its MAC where there is a key. */
export function recoveryFileBytes(content: RecoveryBody, macKey: KeyObject | null): Buffer {
  return Buffer.from(canonicalJson({ ...content, macHex: macKey === null ? null : macOf(content, macKey).toString('hex') }), 'utf8')
}

function macOf(content: RecoveryBody, macKey: KeyObject): Buffer {
  return createHmac('sha256', macKey).update(MAC_DOMAIN).update(canonicalJson(content)).digest()
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
