import './first-run.css'

import { Button, Radio, Stepper } from '@mantine/core'
import { IconKey, IconRosetteDiscountCheck, IconShieldHalf } from '@tabler/icons-react'
import { useState } from 'react'

import type { SettingsView } from '../../../src-preload/contract/app'
import type { InstrumentView } from '../../../src-preload/contract/market'
import type { OrderDraft } from '../../../src-preload/contract/orders'
import type { Problem } from '../../../src-preload/contract/problem'
import { refreshMarket, useMarket } from '../../stores/market'
import { go } from '../../stores/navigation'
import { known } from '../../stores/remote'
import { beginSetup } from '../../stores/settings'
import { useStatus } from '../../stores/status'
import { SaidNotice } from '../../ui/notice'
import { RISK_PROFILE_WORDS } from '../../ui/words/orders'
import { sayProblem } from '../../ui/words/problems'

type Profile = SettingsView['riskProfile']
/** Leaves the first steps for the ticket, filled with this. */
type Finish = (ticket: Partial<OrderDraft>) => void

const PROFILES = Object.keys(RISK_PROFILE_WORDS) as Profile[]

/** From nothing to the first paper trade in three steps; none of them asks for a key. */
export function FirstRun({ onFinished }: { readonly onFinished: Finish }) {
  const setUp = useStatus(({ status }) => status?.phase === 'ready')
  const [welcomed, setWelcomed] = useState(false)
  const [profile, setProfile] = useState<Profile>('moderate')
  const step = setUp ? 2 : welcomed ? 1 : 0
  return (
    <div className="hf-first">
      <h1>Three steps to your first paper trade</h1>
      <Stepper active={step} size="sm" iconSize={32} allowNextStepsSelect={false} aria-label="First steps">
        <Stepper.Step label="What guards you" icon={<IconShieldHalf size={16} />}>
          <Welcome profile={profile} onProfile={setProfile} onContinue={() => setWelcomed(true)} />
        </Stepper.Step>
        <Stepper.Step label="Recovery keys" icon={<IconKey size={16} />}>
          <RecoveryKeys profile={profile} onBack={() => setWelcomed(false)} />
        </Stepper.Step>
        <Stepper.Step label="First paper order" icon={<IconRosetteDiscountCheck size={16} />}>
          <FirstOrder profile={profile} onFinished={onFinished} />
        </Stepper.Step>
      </Stepper>
    </div>
  )
}

interface WelcomeProps {
  readonly profile: Profile
  readonly onProfile: (profile: Profile) => void
  readonly onContinue: () => void
}

function Welcome({ profile, onProfile, onContinue }: WelcomeProps) {
  return (
    <div className="hf-first__step">
      <p>
        Holdfast places your orders from keys that you hold. Every order passes twelve guards before anything is signed or sent, is followed
        until it is final, and leaves a record that cannot be changed unnoticed. <strong>HALT</strong>, at the top right of every screen,
        stops everything at once.
      </p>
      <p>You start with paper money in a simulated market. No account, no key and no network are needed.</p>
      <Radio.Group
        label="How much may an order lose against the market price?"
        value={profile}
        onChange={(value) => {
          const chosen = PROFILES.find((each) => each === value)
          if (chosen !== undefined) onProfile(chosen)
        }}
      >
        <div className="hf-first__profiles">
          {Object.entries(RISK_PROFILE_WORDS).map(([value, { name, means }]) => (
            <Radio key={value} value={value} label={name} description={means} />
          ))}
        </div>
      </Radio.Group>
      <Button onClick={onContinue}>Continue</Button>
    </div>
  )
}

function RecoveryKeys({ profile, onBack }: { readonly profile: Profile; readonly onBack: () => void }) {
  const [problem, setProblem] = useState<Problem | null>(null)
  const [asking, setAsking] = useState(false)
  return (
    <div className="hf-first__step">
      <p>
        Anyone at this machine can halt trading. Releasing a halt needs one of two <strong>recovery keys</strong>. They are shown once, in a
        small window of their own.
      </p>
      <ul>
        <li>Have paper and pen ready, or a printer that nobody else reads from.</li>
        <li>Keep the two keys in two places. Either one is enough.</li>
        <li>They move no money. They only let trading start again after a halt.</li>
      </ul>
      {problem !== null && problem.code === 'CANCELED_BY_USER' ? (
        <SaidNotice
          tone="attention"
          said={{ what: 'The keys were not confirmed.', means: 'Trading is not armed yet.', now: 'Show them again; new ones are made.' }}
        />
      ) : (
        problem !== null && <SaidNotice said={sayProblem(problem)} />
      )}
      <div className="hf-first__actions">
        <Button
          loading={asking}
          onClick={() => {
            setAsking(true)
            void beginSetup(profile).then((outcome) => {
              setAsking(false)
              setProblem(outcome)
            })
          }}
        >
          Show my recovery keys
        </Button>
        <Button variant="subtle" disabled={asking} onClick={onBack}>
          Back
        </Button>
      </div>
    </div>
  )
}

/** A small order that fits the pair: about a hundred dollars, or a few times the least amount. */
export function firstOrder({ venue, symbol, quote }: InstrumentView): Partial<OrderDraft> {
  const dollars = quote.symbol.startsWith('USD')
  return { venue, instrument: symbol, side: 'buy', type: 'market', amountUnit: 'quote', amount: dollars ? '100' : '' }
}

function FirstOrder({ profile, onFinished }: { readonly profile: Profile; readonly onFinished: Finish }) {
  const [opening, setOpening] = useState(false)
  const begin = async () => {
    setOpening(true)
    await refreshMarket()
    const instrument = known(useMarket.getState().instruments)?.find(({ venue }) => venue === 'paper')
    go('trade')
    onFinished({ riskProfile: profile, ...(instrument === undefined ? {} : firstOrder(instrument)) })
  }
  return (
    <div className="hf-first__step">
      <p>
        Your recovery keys are set, and trading is armed. Next is the ticket, filled with a small paper order: the guards judge it while you
        look, and nothing is placed before you have seen the review.
      </p>
      <Button loading={opening} onClick={() => void begin()}>
        Place my first paper order
      </Button>
    </div>
  )
}
