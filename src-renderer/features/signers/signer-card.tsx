import { ActionIcon, Button } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { useState } from 'react'

import type { Problem } from '../../../src-preload/contract/problem'
import type { SignerView } from '../../../src-preload/contract/signers'
import { checkSigner, lockSigner, testSigner, unlockSigner } from '../../stores/signers'
import { SaidNotice } from '../../ui/notice'
import { Tag, type TagTone } from '../../ui/tag'
import { Hex } from '../../ui/values'
import { sayProblem } from '../../ui/words/problems'
import { SIGNER_KIND_WORDS } from '../../ui/words/signers'
import { ConfigureSigner } from './configure-signer'
import { RefreshShares } from './refresh-shares'
import { RemoveSigner } from './remove-signer'
import { SignerHealth } from './signer-health'
import { Tested } from './tested'

type What = 'unlock' | 'lock' | 'test' | 'check'
type Outcome =
  { readonly kind: 'problem'; readonly problem: Problem } | { readonly kind: 'tested'; readonly ok: boolean; readonly latencyMs: number }

interface Props {
  readonly signer: SignerView
  /** How many signers its address has, and how to change its turn among them. */
  readonly turns: { readonly of: number; readonly move: (by: -1 | 1) => void }
}

/** One signer: what it is, how it is doing, and what may be done with it. */
export function SignerCard({ signer, turns }: Props) {
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const [busy, setBusy] = useState<What | null>(null)
  const [open, setOpen] = useState<'settings' | 'remove' | null>(null)
  const { id, label, kind, address, status } = signer
  const run = (what: What, work: Promise<Outcome | null>) => {
    setBusy(what)
    setOutcome(null)
    void work.then((result) => {
      setBusy(null)
      setOutcome(result)
    })
  }
  const asOutcome = (problem: Problem | null): Outcome | null =>
    problem === null || problem.code === 'CANCELED_BY_USER' ? null : { kind: 'problem', problem }
  const test = () =>
    testSigner(id).then((reply): Outcome => (reply.ok ? { kind: 'tested', ...reply.value } : { kind: 'problem', problem: reply.problem }))
  const button = (what: What) => ({ loading: busy === what, disabled: busy !== null && busy !== what })
  const { name, tone } = statusOf(signer)
  return (
    <article className="hf-signer" aria-label={`Signer ${label}`}>
      <header>
        <h2>{label}</h2>
        <span className="hf-dim">{SIGNER_KIND_WORDS[kind].name}</span>
        <Tag tone={tone}>{name}</Tag>
        {turns.of > 1 && <Turn signer={signer} turns={turns} />}
      </header>
      <Hex value={address} what="address" whole />
      <SignerHealth signer={signer} />
      {outcome?.kind === 'problem' && <SaidNotice said={sayProblem(outcome.problem)} />}
      {outcome?.kind === 'tested' && <Tested {...outcome} />}
      <div className="hf-signer__actions">
        {status === 'locked' && (
          <Button {...button('unlock')} onClick={() => run('unlock', unlockSigner(id).then(asOutcome))}>
            Unlock signer
          </Button>
        )}
        {status !== 'locked' && (
          <Button variant="default" {...button('test')} onClick={() => run('test', test())}>
            Test signature
          </Button>
        )}
        {kind !== 'keystore' && (
          <Button variant="default" {...button('check')} onClick={() => run('check', checkSigner(id).then(asOutcome))}>
            Check now
          </Button>
        )}
        {status === 'ready' && (
          <Button variant="default" {...button('lock')} onClick={() => run('lock', lockSigner(id).then(asOutcome))}>
            {kind === 'keystore' ? 'Lock now' : 'Disconnect'}
          </Button>
        )}
        {kind === 'mpc_2pc' && <RefreshShares id={id} />}
        <span className="hf-signer__space" />
        {kind !== 'keystore' && (
          <Button variant="subtle" onClick={() => setOpen('settings')}>
            Settings…
          </Button>
        )}
        <Button variant="subtle" color="red" onClick={() => setOpen('remove')}>
          Remove…
        </Button>
      </div>
      {kind !== 'keystore' && <ConfigureSigner signer={signer} opened={open === 'settings'} onClose={() => setOpen(null)} />}
      <RemoveSigner signer={signer} opened={open === 'remove'} onClose={() => setOpen(null)} />
    </article>
  )
}

function statusOf({ kind, status, checkedAtMs, attended, detail }: SignerView): { readonly name: string; readonly tone: TagTone } {
  switch (status) {
    case 'locked':
      return { name: 'Locked', tone: 'ended' }
    case 'ready':
      return { name: kind === 'keystore' ? 'Unlocked' : 'Ready', tone: 'good' }
    case 'unavailable':
      if (checkedAtMs === null && detail === '') return { name: 'Not looked at yet', tone: 'ended' }
      return attended ? { name: 'Not connected', tone: 'ended' } : { name: 'Not available', tone: 'bad' }
  }
}

function Turn({ signer: { label, turn }, turns: { of, move } }: Props) {
  return (
    <span className="hf-signer__turn">
      <span>{turn === 1 ? 'Asked first' : `Steps in, turn ${turn}`}</span>
      <ActionIcon variant="default" size="sm" aria-label={`Ask ${label} earlier`} disabled={turn === 1} onClick={() => move(-1)}>
        <IconArrowUp size={14} aria-hidden />
      </ActionIcon>
      <ActionIcon variant="default" size="sm" aria-label={`Ask ${label} later`} disabled={turn === of} onClick={() => move(1)}>
        <IconArrowDown size={14} aria-hidden />
      </ActionIcon>
    </span>
  )
}
