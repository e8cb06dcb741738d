import { IconAlertTriangle, IconCheck, IconMinus } from '@tabler/icons-react'

import type { AppStatus, HealthView } from '../../../src-preload/contract/app'
import { SILENT_AFTER_MS, useStatus } from '../../stores/status'
import { exactly, roughly } from '../../ui/format/time'
import { useNow } from '../../ui/use-now'

/** Venue, signer and chain, each with the age of its last success; and whether the engine itself still speaks. */
export function HealthLights({ status }: { readonly status: AppStatus }) {
  const nowMs = useNow()
  const heardAtMs = useStatus((state) => state.heardAtMs) ?? nowMs
  if (nowMs - heardAtMs > SILENT_AFTER_MS) {
    return (
      <span className="hf-light hf-light--failing" role="alert">
        <IconAlertTriangle size={14} aria-hidden />
        No word from the engine for {roughly(nowMs - heardAtMs)}
      </span>
    )
  }
  return (
    <>
      <Light what="Venue" health={status.venue} nowMs={nowMs} />
      <Light what="Signer" health={status.signer} nowMs={nowMs} />
      <Light what="Chain" health={status.chain} nowMs={nowMs} />
    </>
  )
}

const STATE_WORDS = { ok: 'works', failing: 'is failing', off: 'is not in use' }

function Light({ what, health, nowMs }: { readonly what: string; readonly health: HealthView; readonly nowMs: number }) {
  const { name, state, lastSuccessMs, latencyMs, detail } = health
  const age = lastSuccessMs === null ? null : roughly(nowMs - lastSuccessMs)
  const exact = [
    `${what}: ${name} ${STATE_WORDS[state]}.`,
    lastSuccessMs === null ? 'No success yet.' : `Last success ${exactly(lastSuccessMs)}.`,
    latencyMs === null ? '' : `Took ${latencyMs} ms.`,
    detail,
  ].filter((part) => part !== '')
  return (
    <span className={`hf-light hf-light--${state}`} title={exact.join('\n')}>
      <span>{what}</span>
      {state === 'ok' && <IconCheck size={14} aria-hidden />}
      {state === 'failing' && <IconAlertTriangle size={14} aria-hidden />}
      {state === 'off' && <IconMinus size={14} aria-hidden />}
      <span className="hf-hidden">{STATE_WORDS[state]}, last success</span>
      <span className="hf-num hf-light__age">{state === 'off' ? 'off' : (age ?? 'never')}</span>
    </span>
  )
}
