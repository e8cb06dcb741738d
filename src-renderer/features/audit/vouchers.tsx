import { Button, Menu, Skeleton } from '@mantine/core'
import { useEffect, useState } from 'react'

import type { AuditVoucher } from '../../../src-preload/contract/audit'
import type { Problem } from '../../../src-preload/contract/problem'
import { go } from '../../stores/navigation'
import { known } from '../../stores/remote'
import { refreshSigners, useSigners } from '../../stores/signers'
import { refreshVouchers, signHead, useVouchers } from '../../stores/vouchers'
import { formatAmount } from '../../ui/format/amount'
import { SaidNotice } from '../../ui/notice'
import { Tag } from '../../ui/tag'
import { Unread } from '../../ui/unread'
import { Hex, When } from '../../ui/values'
import { sayProblem } from '../../ui/words/problems'
import { SIGNER_KIND_WORDS } from '../../ui/words/signers'

/** Who vouched for the record up to where, and having somebody vouch for it as it stands now. */
export function Vouchers() {
  const remote = useVouchers((state) => state.vouchers)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [all, setAll] = useState(false)
  useEffect(() => {
    void refreshVouchers()
    void refreshSigners()
  }, [])
  const list = known(remote)
  if (list === null) return remote.kind === 'failed' ? <Unread problem={remote.problem} again={refreshVouchers} /> : <Skeleton h={36} />
  const [newest, ...older] = list.vouchers
  return (
    <section className="hf-chain" aria-label="Who vouched for the record">
      <div className="hf-chain__line">
        {newest === undefined ? (
          <>
            <Tag tone="ended">Nobody vouched</Tag>
            <span className="hf-dim">
              A signer can vouch for the record as it stands. Its signature proves later that nothing up to there was changed.
            </span>
          </>
        ) : (
          <Vouched voucher={newest} />
        )}
        <span className="hf-chain__actions">
          {older.length > 0 && (
            <Button size="compact-sm" variant="subtle" aria-expanded={all} onClick={() => setAll(!all)}>
              {all ? 'Show the newest only' : `Show ${formatAmount(String(list.total - 1))} more`}
            </Button>
          )}
          <SignHead onProblem={setProblem} />
        </span>
      </div>
      {all && (
        <ul className="hf-chain__vouchers" aria-label="Older vouchers">
          {older.map((voucher) => (
            <li key={voucher.seq} className="hf-chain__line">
              <Vouched voucher={voucher} />
            </li>
          ))}
          {list.total > list.vouchers.length && (
            <li className="hf-dim">Older ones stand in the log: filter by the type AuditHeadSigned.</li>
          )}
        </ul>
      )}
      {problem !== null && <SaidNotice said={sayProblem(problem)} />}
    </section>
  )
}

function Vouched({ voucher: { seq, headSeq, atMs, address, kind, problem } }: { readonly voucher: AuditVoucher }) {
  return (
    <>
      {problem === null ? <Tag tone="good">Vouched for</Tag> : <Tag tone="bad">Does not fit</Tag>}
      <span>
        up to{' '}
        <button type="button" className="hf-link hf-chain__jump hf-num" onClick={() => go('audit', String(headSeq))}>
          #{headSeq}
        </button>{' '}
        <When atMs={atMs} /> by <Hex value={address} what="address" /> ({SIGNER_KIND_WORDS[kind].name}){problem !== null && `: ${problem}`}
      </span>
      <button type="button" className="hf-link hf-chain__jump" onClick={() => go('audit', String(seq))}>
        Signature
      </button>
    </>
  )
}

/** The signers that can, those on a device first: what the app alone can sign proves least. */
function SignHead({ onProblem }: { readonly onProblem: (problem: Problem | null) => void }) {
  const [busy, setBusy] = useState(false)
  const signers = known(useSigners((state) => state.signers)) ?? []
  const able = signers.filter(({ signsTypedData }) => signsTypedData).sort((a, b) => Number(b.attended) - Number(a.attended))
  const sign = (id: string): void => {
    setBusy(true)
    onProblem(null)
    void signHead(id).then((problem) => {
      setBusy(false)
      onProblem(problem)
    })
  }
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button size="compact-sm" variant="default" loading={busy}>
          Have the head signed…
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {able.map(({ id, label, kind }) => (
          <Menu.Item key={id} onClick={() => sign(id)}>
            {label} <span className="hf-dim">{SIGNER_KIND_WORDS[kind].name}</span>
          </Menu.Item>
        ))}
        {able.length === 0 && <Menu.Item onClick={() => go('signers')}>No signer here can: connect a Ledger…</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  )
}
