import { finding, type Finding } from './finding'

/** Room beside the data. */
export interface DiskSpace {
  /** Bytes that we may still write. */
  readonly freeBytes: number
  /** Files that may still be made; null where the file system does not count them. */
  readonly freeFiles: number | null
}

const MB = 1_000_000
/** People are told when so many times the halting threshold is left. */
const WARN_TIMES = 3

/** How much room is left: enough, little, or so little that trading halts while a halt can still be written down. */
export function diskLevel({ freeBytes, freeFiles }: DiskSpace, belowMb: number): 'enough' | 'little' | 'full' {
  if (freeBytes < belowMb * MB || (freeFiles !== null && freeFiles < 1)) return 'full'
  return freeBytes < belowMb * MB * WARN_TIMES ? 'little' : 'enough'
}

/** A disk without room, or one that did not take a write. `failedWrite` says what could not be written, and why; null when the last write went well. */
export function judgeDisk(space: DiskSpace | null, failedWrite: string | null, belowMb: number): readonly Finding[] {
  const found: Finding[] = []
  if (failedWrite !== null)
    found.push(finding('disk-full', ['disk:write-failed'], `A write did not last: ${failedWrite}.`, { failedWrite }))
  if (space !== null && diskLevel(space, belowMb) === 'full') {
    const freeMb = String(Math.floor(space.freeBytes / MB))
    const reason = `${freeMb} MB are free beside the data (halts below ${belowMb} MB).`
    found.push(finding('disk-full', ['disk:space'], reason, { freeMb, belowMb: String(belowMb) }))
  }
  return found
}
