import { Button, Skeleton } from '@mantine/core'
import { useState } from 'react'

import type { Problem } from '../../../src-preload/contract/problem'
import { known } from '../../stores/remote'
import { connectChain, refreshSurroundings, useSettings } from '../../stores/settings'
import { formatAmount } from '../../ui/format/amount'
import { SaidNotice } from '../../ui/notice'
import { Facts, Panel } from '../../ui/panel'
import { Tag } from '../../ui/tag'
import { Unread } from '../../ui/unread'
import { sayProblem } from '../../ui/words/problems'

/** The chain that orders on a DEX go to. */
export function ChainSettings() {
  const remote = useSettings((state) => state.chain)
  const devnetFound = useSettings((state) => state.devnetFound)
  const [busy, setBusy] = useState<'file' | 'devnet' | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const connect = (from: 'file' | 'devnet') => {
    setBusy(from)
    void connectChain(from).then((outcome) => {
      setBusy(null)
      setProblem(outcome?.code === 'CANCELED_BY_USER' ? null : outcome)
    })
  }
  const chain = known(remote)
  const state = chain === null ? null : chain.connected ? <Tag tone="good">Connected</Tag> : <Tag tone="attention">Not connected</Tag>
  return (
    <Panel title="Chain" aside={state}>
      {remote.kind === 'loading' && <Skeleton h={80} />}
      {remote.kind === 'failed' && <Unread problem={remote.problem} again={refreshSurroundings} />}
      {remote.kind === 'ready' && chain === null && <p className="hf-dim">No chain is connected. Paper trading needs none.</p>}
      {chain !== null && (
        <Facts
          facts={[
            { label: 'Name', value: chain.name },
            { label: 'Chain id', value: <span className="hf-num">{chain.chainId}</span> },
            { label: 'Endpoint', value: <span className="hf-mono">{chain.rpcUrl}</span> },
            {
              label: 'Compared with',
              value:
                chain.witnessRpcUrl === null ? (
                  <span className="hf-dim">no second endpoint: a node on this machine needs none</span>
                ) : (
                  <span className="hf-mono">{chain.witnessRpcUrl}</span>
                ),
            },
            {
              label: 'Block',
              value: <span className="hf-num">{chain.blockNumber === null ? 'not known' : formatAmount(String(chain.blockNumber))}</span>,
            },
          ]}
        />
      )}
      {chain?.problem !== null && chain !== null && <SaidNotice said={sayProblem(chain.problem)} tone="attention" />}
      {problem !== null && <SaidNotice said={sayProblem(problem)} />}
      <div className="hf-settings__buttons">
        <Button variant="default" loading={busy === 'file'} onClick={() => connect('file')}>
          Connect from a profile file
        </Button>
        {devnetFound && (
          <Button variant="default" loading={busy === 'devnet'} onClick={() => connect('devnet')}>
            Connect the running devnet
          </Button>
        )}
      </div>
    </Panel>
  )
}
