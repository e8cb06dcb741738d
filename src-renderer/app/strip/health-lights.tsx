import { IconAlertTriangle, IconCheck, IconMinus } from '@tabler/icons-react'

import type { AppStatus, HealthView } from '../../../src-preload/contract/app'
import { hrefOf } from '../../stores/navigation'
import { SILENT_AFTER_MS, useStatus } from '../../stores/status'
import { exactly, roughly } from '../../ui/format/time'
import { useNow } from '../../ui/use-now'
import { sayWhySigner } from '../../ui/words/signers'

/** Venue, chain and the worst of the signers in use, each with the age of its last success; and whether the engine itself still speaks. */
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
      <Light
        what="Signer"
        health={{ ...status.signer, detail: sayWhySigner(status.signer.detail) }}
        nowMs={nowMs}
        href={hrefOf('signers')}
      />
      <Light what="Chain" health={status.chain} nowMs={nowMs} />
    </>
  )
}

const STATE_WORDS = { ok: 'works', failing: 'is failing', off: 'is not in use' }

interface LightProps {
  readonly what: string
  readonly health: HealthView
  readonly nowMs: number
  /** Where more about it is. */
  readonly href?: string
}

function Light({ what, health, nowMs, href }: LightProps) {
  const { name, state, lastSuccessMs, latencyMs, detail } = health
  const age = lastSuccessMs === null ? null : roughly(nowMs - lastSuccessMs)
  const exact = [
    `${what}: ${name} ${STATE_WORDS[state]}.`,
    lastSuccessMs === null ? 'No success yet.' : `Last success ${exactly(lastSuccessMs)}.`,
    latencyMs === null ? '' : `Took ${latencyMs} ms.`,
    detail,
  ].filter((part) => part !== '')
  const look = { className: `hf-light hf-light--${state}`, title: exact.join('\n') }
  const said = (
    <>
      <span>{what}</span>
      {state === 'ok' && <IconCheck size={14} aria-hidden />}
      {state === 'failing' && <IconAlertTriangle size={14} aria-hidden />}
      {state === 'off' && <IconMinus size={14} aria-hidden />}
      <span className="hf-hidden">
        {name} {STATE_WORDS[state]}
        {state !== 'ok' && detail !== '' && ` (${detail})`}, last success
      </span>
      <span className="hf-num hf-light__age">{state === 'off' ? 'off' : (age ?? 'never')}</span>
    </>
  )
  return href === undefined ? (
    <span {...look}>{said}</span>
  ) : (
    <a {...look} href={href}>
      {said}
    </a>
  )
}
