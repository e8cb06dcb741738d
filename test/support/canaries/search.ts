import { createReadStream, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Bytes to look for, and what to call them when they are found. */
export interface Needle {
  readonly name: string
  readonly bytes: Buffer
}

/** Less than this of a text in base64 could be there by chance. */
const LEAST_BYTES = 6

/** Every form in which a text is likely to be written down by somebody who did not mean to: as it is, in two bytes a character, in hex, in base64. */
export function formsOf(name: string, secret: string | Buffer): readonly Needle[] {
  const bytes = Buffer.from(secret)
  if (bytes.length < LEAST_BYTES) throw new Error(`${name} is too short to be told from chance`)
  const hex = bytes.toString('hex')
  const wide = Buffer.from(bytes.toString('latin1'), 'utf16le')
  const forms: readonly (readonly [string, Buffer])[] = [
    ['as it is', bytes],
    ['as UTF-16', wide],
    ['in hex', Buffer.from(hex)],
    ['in hex, capitals', Buffer.from(hex.toUpperCase())],
    ['as a list of numbers', Buffer.from([...bytes].join(','))],
    ...[0, 1, 2].map((shift) => [`in base64, ${shift} bytes on`, Buffer.from(base64Inside(bytes, shift))] as const),
    ...[0, 1, 2].map((shift) => [`in base64url, ${shift} bytes on`, Buffer.from(urlSafe(base64Inside(bytes, shift)))] as const),
    ...[0, 1, 2].map((shift) => [`in base64 of UTF-16, ${shift} bytes on`, Buffer.from(base64Inside(wide, shift))] as const),
  ]
  return forms.map(([form, found]) => ({ name: `${name}, ${form}`, bytes: found }))
}

/** What is the same of a text's base64 wherever in something longer it stands: `shift` bytes behind a border of three. */
function base64Inside(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replaceAll('=', '')
  const first = Math.ceil((shift * 8) / 6)
  const last = Math.floor(((shift + bytes.length) * 8) / 6)
  return text.slice(first, last)
}

const urlSafe = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_')

/** The names of the needles that are in some bytes. */
export function foundIn(bytes: Buffer, needles: readonly Needle[]): readonly string[] {
  return needles.filter((needle) => bytes.includes(needle.bytes)).map(({ name }) => name)
}

/** Looks through something that comes in pieces: what lies across two pieces is found as well. */
export class PieceSearch {
  readonly #found = new Set<string>()
  readonly #overlap: number
  #tail = Buffer.alloc(0)

  constructor(private readonly needles: readonly Needle[]) {
    this.#overlap = Math.max(0, ...needles.map(({ bytes }) => bytes.length)) - 1
  }

  feed(piece: Buffer): void {
    const bytes = Buffer.concat([this.#tail, piece])
    for (const name of foundIn(bytes, this.needles)) this.#found.add(name)
    this.#tail = Buffer.from(bytes.subarray(Math.max(0, bytes.length - this.#overlap)))
  }

  get found(): readonly string[] {
    return [...this.#found]
  }
}

/** Where below a folder which needles are, in contents and names; every file is read, whatever it is called. */
export async function foundBelow(folder: string, needles: readonly Needle[]): Promise<readonly string[]> {
  const found: string[] = []
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    found.push(...foundIn(Buffer.from(entry.name), needles).map((name) => `${path} (its name): ${name}`))
    if (entry.isDirectory()) found.push(...(await foundBelow(path, needles)))
    else if (entry.isFile()) found.push(...(await foundInFile(path, needles)).map((name) => `${path}: ${name}`))
  }
  return found
}

async function foundInFile(path: string, needles: readonly Needle[]): Promise<readonly string[]> {
  const search = new PieceSearch(needles)
  try {
    for await (const piece of createReadStream(path)) search.feed(piece as Buffer)
  } catch (thrown) {
    // A running app makes and deletes files meanwhile.
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
  }
  return search.found
}
