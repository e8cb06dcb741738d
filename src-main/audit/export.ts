import { once } from 'node:events'
import type { Writable } from 'node:stream'

import type { Database } from '../storage/database'
import { rethrowClassified } from '../storage/errors'
import type { ExportOptions, ExportSummary } from './audit'
import { EntryScan } from './entry-scan'
import { EntryTable } from './entry-table'
import type { LogIdentity } from './keys'

const FORMAT = 'holdfast-audit-export'

type Exported = [seq: number, prevHash: string, hash: string, mac: string, body: string]

/**
 * Writes matching entries as JSON lines, oldest first: a header, the entries, and a line that says how it ended.
 *
 * An entry's text stands last in its line, byte for byte as it was hashed, so that another program can check it: what is between
 * `"entry":` and the last brace is the body.
 */
export async function exportJsonl(
  db: Database,
  identity: LogIdentity & { readonly genesisHex: string },
  stream: Writable,
  { filter = {}, onProgress, signal }: ExportOptions = {},
): Promise<ExportSummary> {
  const scan = new EntryScan(db)
  const head = new EntryTable(db).head() ?? { seq: 0, hashHex: identity.genesisHex }
  const select = scan.prepare<Exported>(filter, 'seq, lower(hex(prev_hash)), lower(hex(hash)), lower(hex(mac)), body', {
    direct: true,
  })
  const write = writerOf(stream)
  const { environment, logId, genesisHex } = identity
  await write(`${JSON.stringify({ format: FORMAT, v: 1, environment, logId, genesisHash: genesisHex, filter, head })}\n`)
  let written = 0
  try {
    await scan.upwards({ after: 0, through: head.seq }, signal, async (step) => {
      const lines = select(step).map(
        ([seq, prevHash, hash, mac, body]) => `{"seq":${seq},"prevHash":"${prevHash}","hash":"${hash}","mac":"${mac}","entry":${body}}\n`,
      )
      written += lines.length
      if (lines.length > 0) await write(lines.join(''))
      onProgress?.({ done: step.through, total: head.seq })
      return true
    })
  } catch (thrown) {
    rethrowClassified(thrown)
  }
  await write(`${JSON.stringify({ end: true, written, headSeq: head.seq })}\n`)
  return { written, head }
}

/** Writes and waits while the stream is full; rejects when the stream fails, also between two writes. */
function writerOf(stream: Writable): (text: string) => Promise<void> {
  let failure: Error | null = null
  stream.once('error', (error: Error) => {
    failure = error
  })
  return async (text) => {
    if (failure !== null) throw failure
    // `once` rejects when the stream fails while we wait.
    if (!stream.write(text)) await once(stream, 'drain')
  }
}
