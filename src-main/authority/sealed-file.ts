import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto'

import { z } from 'zod'

import { canonicalJson } from '../lib/json'
import { readOwnFile, replaceOwnFile } from '../lib/own-file'
import { err, ok, type Result } from '../lib/result'
import { hexBytes } from './slow-hash'

/** A small file of ours under a MAC: what it holds, what tells its MACs from those of other files, and how long it may be. */
export interface SealedFileKind<Body extends z.ZodObject> {
  readonly body: Body
  readonly macDomain: string
  readonly maxBytes: number
  /** What it should have been, for people. */
  readonly what: string
}

/** Whether the file is as we wrote it. `unverifiable` where there is no key to tell by, as after the loss of the vault. */
export type Reading<Body> =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly why: string }
  | { readonly kind: 'present'; readonly body: Readonly<Body>; readonly integrity: 'verified' | 'unverifiable' }

/** Reads such a file. With a MAC key, one that carries no MAC or a wrong one is unreadable: somebody wrote something else there. Never throws. */
export function readSealedFile<Body extends z.ZodObject>(
  kind: SealedFileKind<Body>,
  path: string,
  macKey: KeyObject | null,
): Reading<z.output<Body>> {
  const found = readOwnFile(path, kind.maxBytes)
  if (found.kind === 'absent') return found
  if (found.kind === 'odd') return { kind: 'unreadable', why: found.why }
  const outer = z.looseObject({ macHex: hexBytes(32).nullable() }).safeParse(parseJson(found.bytes.toString('utf8')))
  if (!outer.success) return { kind: 'unreadable', why: `its text is not ${kind.what}` }
  const { macHex, ...rest } = outer.data
  const parsed = kind.body.safeParse(rest)
  if (!parsed.success) return { kind: 'unreadable', why: `its text is not ${kind.what}` }
  if (macKey === null) return { kind: 'present', body: parsed.data, integrity: 'unverifiable' }
  const intact = macHex !== null && timingSafeEqual(Buffer.from(macHex, 'hex'), macOf(kind, parsed.data, macKey))
  return intact
    ? { kind: 'present', body: parsed.data, integrity: 'verified' }
    : { kind: 'unreadable', why: 'it is not as we wrote it (MAC)' }
}

/** The bytes of such a file, with its MAC where there is a key. */
export function sealedFileBytes<Body extends z.ZodObject>(
  kind: SealedFileKind<Body>,
  content: z.output<Body>,
  macKey: KeyObject | null,
): Buffer {
  const macHex = macKey === null ? null : macOf(kind, content, macKey).toString('hex')
  return Buffer.from(canonicalJson({ ...content, macHex }), 'utf8')
}

/** Puts it in the place of the one before, all or nothing. */
export function writeSealedFile<Body extends z.ZodObject>(
  kind: SealedFileKind<Body>,
  path: string,
  content: z.output<Body>,
  macKey: KeyObject | null,
): Result<void, 'STORAGE'> {
  const bytes = sealedFileBytes(kind, content, macKey)
  // What could not be read again must not be written.
  if (bytes.length > kind.maxBytes) return err('STORAGE')
  try {
    replaceOwnFile(path, bytes)
    return ok(undefined)
  } catch {
    return err('STORAGE')
  }
}

function macOf(kind: Pick<SealedFileKind<z.ZodObject>, 'macDomain'>, content: object, macKey: KeyObject): Buffer {
  return createHmac('sha256', macKey).update(kind.macDomain).update(canonicalJson(content)).digest()
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
