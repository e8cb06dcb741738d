import { Button, Skeleton } from '@mantine/core'
import { useCallback, useEffect, useState } from 'react'

import type { OrderDetail, ReplaceOptionView } from '../../../src-preload/contract/orders'
import type { Problem } from '../../../src-preload/contract/problem'
import { readReplaceOptions, replaceOrder, type ReplaceOptions } from '../../stores/orders'
import { known, LOADING, type Remote } from '../../stores/remote'
import { formatGwei, fromSmallest, withUnit } from '../../ui/format/amount'
import { Notice, SaidNotice } from '../../ui/notice'
import { REPLACE_WORDS, sayReplaceObstacle, STILL_WAITS_WORDS } from '../../ui/words/orders'
import { sayProblem } from '../../ui/words/problems'

type How = keyof typeof REPLACE_WORDS

/** What can be done with a transaction that waits to be mined: each way with its cost, or the plain reason why not. */
export function ReplaceOrder({ detail }: { readonly detail: OrderDetail }) {
  const { waitsOnChain, summary, events } = detail
  const { orderId } = summary
  const [options, setOptions] = useState<Remote<ReplaceOptions>>(LOADING)
  const [asking, setAsking] = useState<How | null>(null)
  const [refused, setRefused] = useState<string | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const read = useCallback(() => {
    let wanted = true
    void readReplaceOptions(orderId).then((answer) => {
      if (wanted) setOptions(answer)
    })
    return () => {
      wanted = false
    }
  }, [orderId])
  // With everything that happens to the order, what can be done with it changes.
  useEffect(() => (waitsOnChain ? read() : undefined), [waitsOnChain, read, events.length])
  if (!waitsOnChain) return null

  const replace = async (how: How, mostPerGasWei: string): Promise<void> => {
    setAsking(how)
    setRefused(null)
    const reply = await replaceOrder(orderId, how, mostPerGasWei)
    setAsking(null)
    setProblem(reply.ok ? null : reply.problem)
    if (reply.ok && reply.outcome.kind === 'impossible') setRefused(sayReplaceObstacle(reply.outcome))
    read()
  }
  const offered = known(options)
  return (
    <section className="hf-replace" aria-label="While it waits to be mined">
      {!summary.open && <p className="hf-story__obstacle hf-attention">{STILL_WAITS_WORDS}</p>}
      {problem !== null && <SaidNotice said={sayProblem(problem)} />}
      {refused !== null && (
        <Notice tone="attention" title="Nothing was replaced" live="alert">
          {refused}
        </Notice>
      )}
      {offered === null && options.kind === 'failed' && <SaidNotice said={sayProblem(options.problem)} />}
      {offered === null && options.kind !== 'failed' && <Skeleton h={72} />}
      {offered !== null &&
        (['speedUp', 'cancel'] as const).map((how) => (
          <Way
            key={how}
            how={how}
            option={offered[how]}
            hasEnded={!summary.open}
            asking={asking}
            onAsk={(mostPerGasWei) => {
              void replace(how, mostPerGasWei)
            }}
          />
        ))}
    </section>
  )
}

interface WayProps {
  readonly how: How
  readonly option: ReplaceOptionView
  readonly hasEnded: boolean
  readonly asking: How | null
  readonly onAsk: (mostPerGasWei: string) => void
}

function Way({ how, option, hasEnded, asking, onAsk }: WayProps) {
  const { button, means } = REPLACE_WORDS[how]
  const isPossible = option.kind === 'possible'
  const reasonId = `hf-replace-${how}`
  return (
    <div className="hf-replace__way">
      <Button
        variant="default"
        disabled={!isPossible || (asking !== null && asking !== how)}
        loading={asking === how}
        aria-describedby={reasonId}
        onClick={() => {
          if (isPossible) onAsk(option.perGasWei)
        }}
      >
        {button}
      </Button>
      <span id={reasonId} className="hf-dim">
        {isPossible ? (
          <>
            <span className="hf-num">
              At most {withUnit(fromSmallest(option.mostWei, 18), 'ETH', { most: 9 })}, {formatGwei(option.perGasWei)} per gas instead of{' '}
              {formatGwei(option.beforePerGasWei)}.
            </span>{' '}
            {means}
          </>
        ) : (
          sayReplaceObstacle(option, hasEnded)
        )}
      </span>
    </div>
  )
}
