import { z } from 'zod'

import { hexBytes } from './slow-hash'

/** The files that say who may do what. */
export const MARKED_FILES = ['operators', 'recovery-keys'] as const
/** One of them. */
export type MarkedFile = (typeof MARKED_FILES)[number]

/** By what a file is known again: when it was written, as a number that only grows, and its MAC. */
export interface Mark {
  readonly stamp: number
  readonly macHex: string
}

/** What was last seen of each file. */
export type Marks = Readonly<Partial<Record<MarkedFile, Mark>>>

/** Where marks are kept: apart from the files, in a place that cannot be put back with them unnoticed. Both throw when it refuses. */
export interface MarkStore {
  load(): Marks
  save(marks: Marks): void
}

/** How a file fails to follow on what is known of it. */
export type MarkFault = 'REMOVED' | 'OLDER' | 'ANOTHER'

/** A file that was put back, swapped or taken away since it was last seen. */
export interface MarkFinding {
  readonly file: MarkedFile
  readonly fault: MarkFault
  /** Of the file as it is; null where it is gone. */
  readonly found: number | null
  readonly known: number
}

const mark = z.strictObject({ stamp: z.number().int().nonnegative(), macHex: hexBytes(32) })

/** The form of stored marks. There is no value for what cannot be read: without marks nothing can be told. */
export const marksSchema = z
  .strictObject({ operators: mark.optional(), 'recovery-keys': mark.optional() })
  .transform(({ operators, 'recovery-keys': keys }): Marks => ({
    ...(operators === undefined ? {} : { operators }),
    ...(keys === undefined ? {} : { 'recovery-keys': keys }),
  }))

/** Of what several places remember of each file, the newest. */
export function newestMarks(remembered: readonly Marks[]): Marks {
  const newest: { [File in MarkedFile]?: Mark } = {}
  for (const marksOfOne of remembered) {
    for (const file of MARKED_FILES) {
      const one = marksOfOne[file]
      const best = newest[file]
      if (one !== undefined && (best === undefined || one.stamp > best.stamp)) newest[file] = one
    }
  }
  return newest
}

/**
 * Which files do not follow on what is known of them. One that was written later is ours: only we can write its MAC. `unknown`: it cannot be read, so it is
 * not believed in any case.
 */
export function compareMarks(known: Marks, found: Readonly<Record<MarkedFile, Mark | 'absent' | 'unknown'>>): readonly MarkFinding[] {
  return MARKED_FILES.flatMap((file): readonly MarkFinding[] => {
    const before = known[file]
    const now = found[file]
    if (before === undefined || now === 'unknown') return []
    if (now === 'absent') return [{ file, fault: 'REMOVED', found: null, known: before.stamp }]
    const finding = { file, found: now.stamp, known: before.stamp }
    if (now.stamp < before.stamp) return [{ ...finding, fault: 'OLDER' }]
    return now.stamp === before.stamp && now.macHex !== before.macHex ? [{ ...finding, fault: 'ANOTHER' }] : []
  })
}
