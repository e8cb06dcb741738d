import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'

import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import { describeError } from '../../lib/errors'
import { classifyStorageError } from '../../storage/errors'
import type { AppContext } from '../context'
import { chainStatusView } from '../views/chain-view'
import { inEnvironment } from './in-environment'

type Names = 'audit.page' | 'audit.entry' | 'audit.types' | 'audit.status' | 'audit.verify' | 'audit.cancelVerify' | 'audit.export'

/** Calls about the audit log. */
export function auditCalls(context: AppContext): Pick<AppCalls, Names> {
  return {
    'audit.page': ({ filter, offset, limit }) =>
      inEnvironment(context, async ({ audit }) => {
        const page = await audit.page({ filter, offset, limit })
        return valueReply({ total: page.total, rows: page.rows.map((row) => ({ ...row })) })
      }),
    'audit.entry': ({ seq }) =>
      inEnvironment(context, ({ audit }) => {
        const entry = audit.get(seq)
        if (entry === null) return problemReply('NOT_FOUND')
        const { data, hashHex, prevHashHex, ...row } = entry
        return valueReply({ ...row, dataJson: JSON.stringify(data, null, 2), hash: hashHex, prevHash: prevHashHex })
      }),
    'audit.types': () => inEnvironment(context, async ({ audit }) => valueReply([...(await audit.types())])),
    'audit.status': () => inEnvironment(context, (environment) => valueReply(chainStatusView(environment))),
    'audit.verify': () =>
      inEnvironment(context, async (environment) => {
        try {
          await environment.verification.check({ cancellable: true })
        } catch (thrown) {
          if (!isAbort(thrown)) throw thrown
        }
        return valueReply(chainStatusView(environment))
      }),
    'audit.cancelVerify': () =>
      inEnvironment(context, ({ verification }) => {
        verification.cancel()
        return valueReply({})
      }),
    'audit.export': ({ filter }) =>
      inEnvironment<{ written: number; path: string | null }>(context, async ({ audit, environment }) => {
        const path = await context.desktop.saveFile('Export the audit log', `holdfast-audit-${environment}.jsonl`)
        if (path === null) return valueReply({ written: 0, path: null })
        const stream = createWriteStream(path, { mode: 0o600 })
        const done = finished(stream)
        done.catch(() => undefined) // awaited below, unless the export itself fails first
        try {
          const summary = await audit.exportJsonl(stream, { filter })
          stream.end()
          await done
          return valueReply({ written: summary.written, path })
        } catch (thrown) {
          stream.destroy()
          // The person chose the place: that it is full or cannot be written is for them to know.
          const known = classifyStorageError(thrown)
          if (known === null) throw thrown
          return problemReply(known.code === 'DISK_FULL' ? 'DISK_FULL' : 'UNREADABLE', { detail: describeError(thrown).slice(0, 500) })
        }
      }),
  }
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError'
}
