import type { SignerView } from '../../../src-preload/contract/signers'
import { countdown, took } from '../../ui/format/time'
import { Notice } from '../../ui/notice'
import { Facts } from '../../ui/panel'
import { useNow } from '../../ui/use-now'
import { When } from '../../ui/values'
import { sayHealth } from '../../ui/words/signers'

/** How a signer is doing, and why where it is not. */
export function SignerHealth({ signer }: { readonly signer: SignerView }) {
  const { lastSuccessMs, latencyMs, locksAtMs, checkedAtMs, status, kind, detail, attended, signsTypedData } = signer
  const nowMs = useNow()
  const health = sayHealth(signer)
  return (
    <>
      {health !== null && (
        <Notice tone={attended ? 'info' : 'attention'} title={health.said.what}>
          {health.said.now}
          {health.note !== '' && <div className="hf-signer__note">It said: {health.note}</div>}
        </Notice>
      )}
      <div className="hf-signer__facts">
        <Facts
          facts={[
            { label: 'Last success', value: lastSuccessMs === null ? 'not in this run' : <When atMs={lastSuccessMs} /> },
            { label: 'Time to answer', value: latencyMs === null ? 'not known' : <span className="hf-num">{took(latencyMs)}</span> },
            ...(kind === 'keystore'
              ? []
              : [{ label: 'Last check', value: checkedAtMs === null ? 'not yet' : <When atMs={checkedAtMs} /> }]),
          ]}
        />
        <Facts
          facts={[
            { label: 'Each signature', value: attended ? 'you confirm it' : 'made without asking you' },
            { label: 'Typed data (EIP-712)', value: signsTypedData ? 'yes' : 'no' },
            ...(status === 'ready' && kind === 'keystore'
              ? [
                  {
                    label: 'Locks itself',
                    value: locksAtMs === null ? 'never' : <span className="hf-num">in {countdown(locksAtMs - nowMs)}</span>,
                  },
                ]
              : []),
            ...(health === null && detail !== '' ? [{ label: 'Note', value: detail }] : []),
          ]}
        />
      </div>
    </>
  )
}
