import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto'

import { z } from 'zod'

import type { Clock } from '../lib/clock'
import { canonicalJson } from '../lib/json'
import { readOwnFile, replaceOwnFile } from '../lib/own-file'
import { err, ok, type Result } from '../lib/result'
import type { Mark } from './marks'
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
  | {
      readonly kind: 'present'
      readonly body: Readonly<Body>
      readonly integrity: 'verified' | 'unverifiable'
      /** By what this very writing of it is known again. */
      readonly mark: Mark
    }

/** What a sealed file is made of. */
export interface SealedFileOptions<Body extends z.ZodObject> {
  readonly kind: SealedFileKind<Body>
  readonly path: string
  readonly clock: Clock
  /** Key of the MAC; null where there is none to be had. */
  readonly macKey: () => KeyObject | null
}

/** One file of ours under a MAC. Each writing is stamped with a number that only grows, so that an older one that is put in its place can be told. */
export class SealedFile<Body extends z.ZodObject> {
  readonly #options: SealedFileOptions<Body>
  /** The latest that this run has read or written: what is older was put there since. */
  #latest = 0

  constructor(options: SealedFileOptions<Body>) {
    this.#options = options
  }

  /** Reads it. With a MAC key, one that carries no MAC or a wrong one is unreadable: somebody wrote something else there. Never throws. */
  read(macKey: KeyObject | null = this.#options.macKey()): Reading<z.output<Body>> {
    const { kind, path } = this.#options
    const found = readOwnFile(path, kind.maxBytes)
    if (found.kind === 'absent') return found
    if (found.kind === 'odd') return { kind: 'unreadable', why: found.why }
    const outer = envelope.safeParse(parseJson(found.bytes.toString('utf8')))
    if (!outer.success) return { kind: 'unreadable', why: `its text is not ${kind.what}` }
    const { macHex, stamp, ...rest } = outer.data
    const parsed = kind.body.safeParse(rest)
    if (!parsed.success) return { kind: 'unreadable', why: `its text is not ${kind.what}` }
    const present = { kind: 'present', body: parsed.data, mark: { stamp, macHex: macHex ?? '' } } as const
    if (macKey === null) return { ...present, integrity: 'unverifiable' }
    const intact = macHex !== null && timingSafeEqual(Buffer.from(macHex, 'hex'), macOf(kind, { ...parsed.data, stamp }, macKey))
    if (!intact) return { kind: 'unreadable', why: 'it is not as we wrote it (MAC)' }
    if (stamp < this.#latest) return { kind: 'unreadable', why: 'it is an older one of ours' }
    this.#latest = stamp
    return { ...present, integrity: 'verified' }
  }

  /** Puts this in the place of the one before, all or nothing, with its MAC where there is a key. */
  write(
    body: z.output<Body>,
    macKey: KeyObject | null = this.#options.macKey(),
  ): Result<Extract<Reading<z.output<Body>>, { kind: 'present' }>, 'STORAGE'> {
    const { kind, path, clock } = this.#options
    // The time, so that it is beyond whatever another database remembers; and never less than the one before, whatever the clock says.
    const stamp = Math.max(Math.floor(clock.wallMs()), this.#latest + 1)
    const content = { ...body, stamp }
    const macHex = macKey === null ? null : macOf(kind, content, macKey).toString('hex')
    const bytes = Buffer.from(canonicalJson({ ...content, macHex }), 'utf8')
    // What could not be read again must not be written.
    if (bytes.length > kind.maxBytes) return err('STORAGE')
    try {
      replaceOwnFile(path, bytes)
    } catch {
      return err('STORAGE')
    }
    this.#latest = stamp
    const mark = { stamp, macHex: macHex ?? '' }
    return ok({ kind: 'present', body, integrity: macKey === null ? 'unverifiable' : 'verified', mark })
  }
}

/** The mark of what was read; `unknown` where it cannot be believed in any case. */
export function markOf(reading: Reading<unknown>): Mark | 'absent' | 'unknown' {
  if (reading.kind === 'absent') return 'absent'
  return reading.kind === 'present' && reading.integrity === 'verified' ? reading.mark : 'unknown'
}

const envelope = z.looseObject({ macHex: hexBytes(32).nullable(), stamp: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER) })

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
