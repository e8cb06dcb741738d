import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto'
import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

/** One party's share of a key. */
export interface Share {
  /** Names the pair that it belongs to; both parties derive the same one. */
  readonly shareId: string
  /** The share as the protocol's library writes it. */
  readonly bytes: Buffer
}

/** Cheap on purpose: these parties are for development and tests. */
const KDF = { N: 2 ** 14, r: 8, p: 1 } as const

/**
 * Where a party keeps its share: encrypted under a passphrase (scrypt, AES-256-GCM), 0600, in a 0700 folder. A new share lies beside the one in use until
 * the other party has its own.
 */
export class ShareFile {
  constructor(
    private readonly folder: string,
    private readonly passphrase: string,
  ) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
  }

  current(): Share | null {
    return this.read('share.json')
  }

  next(): Share | null {
    return this.read('share.next.json')
  }

  putNext(share: Share): void {
    writePrivate(join(this.folder, 'share.next.json'), seal(share, this.passphrase))
  }

  /** The new share is in use from now on; the old one is gone. */
  promote(): void {
    renameSync(join(this.folder, 'share.next.json'), join(this.folder, 'share.json'))
    syncFolder(this.folder)
  }

  /** Remembers a session id for good; false when it was used before. */
  takeSession(id: string): boolean {
    const path = join(this.folder, 'sessions.txt')
    if (existsSync(path) && readFileSync(path, 'utf8').split('\n').includes(id)) return false
    appendFileSync(path, `${id}\n`, { mode: 0o600, flush: true })
    return true
  }

  private read(name: string): Share | null {
    const path = join(this.folder, name)
    return existsSync(path) ? open(readFileSync(path, 'utf8'), this.passphrase) : null
  }
}

/** The text of a share's file. */
export function seal({ shareId, bytes }: Share, passphrase: string): string {
  const salt = randomBytes(16)
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', scryptSync(passphrase, salt, 32, KDF), iv)
  cipher.setAAD(Buffer.from(shareId))
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()])
  const hex = (part: Buffer): string => part.toString('hex')
  return JSON.stringify({ version: 1, shareId, salt: hex(salt), iv: hex(iv), tag: hex(cipher.getAuthTag()), sealed: hex(sealed) })
}

/** Reads a share's file. Throws when the passphrase is another or a byte was changed. */
export function open(text: string, passphrase: string): Share {
  const file = JSON.parse(text) as Record<'shareId' | 'salt' | 'iv' | 'tag' | 'sealed', string>
  const bytes = (part: string): Buffer => Buffer.from(part, 'hex')
  const decipher = createDecipheriv('aes-256-gcm', scryptSync(passphrase, bytes(file.salt), 32, KDF), bytes(file.iv))
  decipher.setAAD(Buffer.from(file.shareId))
  decipher.setAuthTag(bytes(file.tag))
  return { shareId: file.shareId, bytes: Buffer.concat([decipher.update(bytes(file.sealed)), decipher.final()]) }
}

function writePrivate(path: string, text: string): void {
  const file = openSync(`${path}.tmp`, 'w', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.tmp`, path)
}

function syncFolder(folder: string): void {
  const file = openSync(folder, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
