import { Button } from '@mantine/core'
import { useState } from 'react'

import type { SignerView } from '../../../src-preload/contract/signers'
import type { Problem } from '../../../src-preload/contract/problem'
import { lockSigner, testSigner, unlockSigner } from '../../stores/signers'
import { countdown, took } from '../../ui/format/time'
import { Notice, SaidNotice } from '../../ui/notice'
import { Facts } from '../../ui/panel'
import { Tag, type TagTone } from '../../ui/tag'
import { useNow } from '../../ui/use-now'
import { Hex, When } from '../../ui/values'
import { sayProblem } from '../../ui/words/problems'

const STATUS: Readonly<Record<SignerView['status'], { readonly name: string; readonly tone: TagTone }>> = {
  locked: { name: 'Locked', tone: 'ended' },
  ready: { name: 'Unlocked', tone: 'good' },
  unavailable: { name: 'Not available', tone: 'bad' },
}
const KINDS: Readonly<Record<SignerView['kind'], string>> = {
  keystore: 'Encrypted key file',
  ledger: 'Ledger',
  remote: 'Remote signer',
  mpc_2pc: 'Two-party MPC',
  pkcs11: 'HSM (PKCS#11)',
  aws_kms: 'AWS KMS',
  gcp_kms: 'Google Cloud KMS',
  azure_key_vault: 'Azure Key Vault',
  env_private_key: 'Key in a variable',
}

type Outcome =
  { readonly kind: 'problem'; readonly problem: Problem } | { readonly kind: 'tested'; readonly ok: boolean; readonly latencyMs: number }

/** One signer: what it is, how it is doing, and what may be done with it. */
export function SignerCard({ signer }: { readonly signer: SignerView }) {
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const [busy, setBusy] = useState<'unlock' | 'lock' | 'test' | null>(null)
  const { id, label, kind, address, status } = signer
  const run = (what: 'unlock' | 'lock' | 'test', work: Promise<Outcome | null>) => {
    setBusy(what)
    void work.then((result) => {
      setBusy(null)
      setOutcome(result)
    })
  }
  const asOutcome = (problem: Problem | null): Outcome | null =>
    problem === null || problem.code === 'CANCELED_BY_USER' ? null : { kind: 'problem', problem }
  return (
    <article className="hf-signer" aria-label={`Signer ${label}`}>
      <header>
        <h2>{label}</h2>
        <Tag tone={STATUS[status].tone}>{STATUS[status].name}</Tag>
      </header>
      <Hex value={address} what="address" whole />
      <Health signer={signer} kind={KINDS[kind]} />
      {outcome?.kind === 'problem' && <SaidNotice said={sayProblem(outcome.problem)} />}
      {outcome?.kind === 'tested' && <Tested {...outcome} />}
      <div className="hf-signer__actions">
        {status === 'locked' && (
          <Button loading={busy === 'unlock'} onClick={() => run('unlock', unlockSigner(id).then(asOutcome))}>
            Unlock signer
          </Button>
        )}
        {status === 'ready' && (
          <>
            <Button
              variant="default"
              loading={busy === 'test'}
              onClick={() =>
                run(
                  'test',
                  testSigner(id).then((reply) =>
                    reply.ok ? { kind: 'tested', ...reply.value } : { kind: 'problem', problem: reply.problem },
                  ),
                )
              }
            >
              Test signature
            </Button>
            <Button variant="default" loading={busy === 'lock'} onClick={() => run('lock', lockSigner(id).then(asOutcome))}>
              Lock now
            </Button>
          </>
        )}
      </div>
    </article>
  )
}

function Health({
  signer: { lastSuccessMs, latencyMs, locksAtMs, status, detail },
  kind,
}: {
  readonly signer: SignerView
  readonly kind: string
}) {
  const nowMs = useNow()
  return (
    <Facts
      facts={[
        { label: 'Kind', value: kind },
        { label: 'Last use', value: lastSuccessMs === null ? 'never' : <When atMs={lastSuccessMs} /> },
        { label: 'Time to sign', value: latencyMs === null ? 'not known' : <span className="hf-num">{took(latencyMs)}</span> },
        ...(status === 'ready'
          ? [
              {
                label: 'Locks itself',
                value: locksAtMs === null ? 'not by itself' : <span className="hf-num">in {countdown(locksAtMs - nowMs)}</span>,
              },
            ]
          : []),
        ...(detail === '' ? [] : [{ label: 'Note', value: detail }]),
      ]}
    />
  )
}

function Tested({ ok, latencyMs }: { readonly ok: boolean; readonly latencyMs: number }) {
  return ok ? (
    <Notice tone="good" live="status" title={`It signs, in ${took(latencyMs)}.`}>
      The signature was made and verified. Nothing was sent.
    </Notice>
  ) : (
    <Notice tone="danger" live="alert" title="The test signature failed.">
      Do not use this signer before you know why. Nothing was sent.
    </Notice>
  )
}
