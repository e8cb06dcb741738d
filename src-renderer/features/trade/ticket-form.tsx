import { SegmentedControl, Select, Stack, TextInput, UnstyledButton } from '@mantine/core'
import { useForm, type UseFormReturnType } from '@mantine/form'
import { useEffect } from 'react'

import type { AccountView, InstrumentView } from '../../../src-preload/contract/market'
import type { OrderDraft } from '../../../src-preload/contract/orders'
import { watchPair } from '../../stores/market'
import { editTicket, useTicket } from '../../stores/ticket'
import { accountFits, settleDraft, ticketIssues } from '../../stores/ticket-rules'
import { groupDigits } from '../../ui/format/amount'
import { RISK_PROFILE_WORDS, TIME_IN_FORCE_WORDS, VENUE_WORDS } from '../../ui/words/orders'
import { TICKET_ISSUE_WORDS } from '../../ui/words/ticket'
import { AmountField } from './amount-field'
import { Choice } from './choice'

interface Props {
  readonly instruments: readonly InstrumentView[]
  readonly accounts: readonly AccountView[]
  /** Which filling of the ticket this form is of; a newer one replaces the form. */
  readonly revision: number
}

const pairOf = (draft: OrderDraft, instruments: readonly InstrumentView[]): InstrumentView | undefined =>
  instruments.find(({ venue, symbol }) => venue === draft.venue && symbol === draft.instrument)

/** What a wrong field says below itself. A field that is still empty is not scolded: the button says what is missing. */
function fieldErrors(draft: OrderDraft, instrument: InstrumentView): Partial<Record<'amount' | 'limitPrice', string>> {
  const issues = ticketIssues(draft, instrument)
  const facts = { base: instrument.base.symbol, amountDigits: instrument.amountDigits, minAmountBase: instrument.minAmountBase }
  const { amount, limitPrice } = issues
  return {
    ...(amount === undefined || amount === 'AMOUNT_MISSING' ? {} : { amount: TICKET_ISSUE_WORDS[amount](facts) }),
    ...(limitPrice === undefined || limitPrice === 'LIMIT_MISSING' ? {} : { limitPrice: TICKET_ISSUE_WORDS[limitPrice](facts) }),
  }
}

/** The ticket: what to trade, how much, from where. Every change goes to the store, which has main judge it. */
export function TicketForm({ instruments, accounts, revision }: Props) {
  const form = useForm<OrderDraft>({
    initialValues: settleDraft(useTicket.getState().draft, instruments, accounts),
    validateInputOnBlur: ['amount', 'limitPrice'],
    validate: (values) => {
      const instrument = pairOf(values, instruments)
      return instrument === undefined ? {} : fieldErrors(values, instrument)
    },
  })
  const { values, setValues } = form
  const instrument = pairOf(values, instruments)
  const change = (part: Partial<OrderDraft>) => setValues(settleDraft({ ...values, ...part }, instruments, accounts))

  useEffect(() => {
    // The ticket was filled anew meanwhile: another form is about to take over.
    if (useTicket.getState().revision !== revision) return
    // An account may have gone, a pair may have come: what no longer goes together is put right.
    const settled = settleDraft(values, instruments, accounts)
    if (JSON.stringify(settled) !== JSON.stringify(values)) {
      setValues(settled)
      return
    }
    const pair = pairOf(values, instruments)
    editTicket(values, pair !== undefined && Object.keys(ticketIssues(values, pair)).length === 0)
    if (pair !== undefined) watchPair({ venue: pair.venue, instrument: pair.symbol })
  }, [values, instruments, accounts, revision, setValues])

  if (instrument === undefined) return null
  const venues = [...new Set(instruments.map(({ venue }) => venue))]
  const fitting = accounts.filter((account) => accountFits(account, values.venue))
  return (
    <Stack gap="sm">
      <div className="hf-ticket__two">
        <Select
          label="Venue"
          data={venues.map((value) => ({ value, label: VENUE_WORDS[value] }))}
          value={values.venue}
          onChange={(venue) => {
            const chosen = venues.find((each) => each === venue)
            if (chosen !== undefined) change({ venue: chosen })
          }}
        />
        <Select
          label="Pair"
          searchable
          data={instruments.filter(({ venue }) => venue === values.venue).map(({ symbol }) => symbol)}
          value={values.instrument}
          onChange={(symbol) => {
            if (symbol !== null) change({ instrument: symbol })
          }}
        />
      </div>
      <Choice
        label="Side"
        data={[
          { value: 'buy', label: 'Buy' },
          { value: 'sell', label: 'Sell' },
        ]}
        value={values.side}
        onChange={(side) => change({ side })}
      />
      <AmountField
        draft={values}
        instrument={instrument}
        error={form.errors['amount']}
        input={form.getInputProps('amount')}
        onChange={change}
      />
      <Choice
        label="Order type"
        data={[
          { value: 'market', label: 'Market', disabled: !instrument.orderTypes.includes('market') },
          { value: 'limit', label: 'Limit', disabled: !instrument.orderTypes.includes('limit') },
        ]}
        value={values.type}
        onChange={(type) => change({ type })}
      />
      {!instrument.orderTypes.includes('limit') && (
        <p className="hf-ticket__note hf-dim hf-small">{VENUE_WORDS[instrument.venue]} takes market orders only.</p>
      )}
      {values.type === 'limit' && <LimitFields form={form} instrument={instrument} onChange={change} />}
      <Select
        label="Account"
        data={fitting.map(({ id, label, kind, ready }) => ({
          value: id,
          label: ready ? label : `${label} (${kind === 'keystore' ? 'locked' : 'not available'})`,
        }))}
        value={values.account === '' ? null : values.account}
        placeholder="No account for this venue"
        onChange={(account) => {
          if (account !== null) change({ account })
        }}
      />
      <Select
        label="Risk profile"
        data={Object.entries(RISK_PROFILE_WORDS).map(([value, { name, limit }]) => ({ value, label: `${name}, up to ${limit} slippage` }))}
        value={values.riskProfile}
        onChange={(profile) => {
          if (profile !== null && profile in RISK_PROFILE_WORDS) change({ riskProfile: profile as OrderDraft['riskProfile'] })
        }}
      />
    </Stack>
  )
}

interface LimitProps {
  readonly form: UseFormReturnType<OrderDraft>
  readonly instrument: InstrumentView
  readonly onChange: (part: Partial<OrderDraft>) => void
}

function LimitFields({ form, instrument, onChange }: LimitProps) {
  const picture = useTicket((state) => state.picture)
  const preview = picture.kind === 'ready' ? picture.preview : picture.kind === 'asking' ? picture.before : null
  const mid = preview?.quote?.midPrice ?? null
  return (
    <>
      <TextInput
        label="Limit price"
        inputMode="decimal"
        autoComplete="off"
        placeholder={mid ?? '0.00'}
        rightSection={<span className="hf-label">{instrument.quote.symbol}</span>}
        rightSectionWidth={56}
        classNames={{ input: 'hf-num' }}
        description={
          mid === null ? null : (
            <UnstyledButton className="hf-link" onClick={() => onChange({ limitPrice: mid })}>
              Use the middle of the market, {groupDigits(mid)}
            </UnstyledButton>
          )
        }
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        {...form.getInputProps('limitPrice')}
        value={form.values.limitPrice ?? ''}
      />
      <div>
        <span className="hf-ticket__label" id="time-in-force">
          Time in force
        </span>
        <SegmentedControl
          fullWidth
          aria-labelledby="time-in-force"
          data={[
            { value: 'gtc', label: TIME_IN_FORCE_WORDS.gtc },
            { value: 'ioc', label: TIME_IN_FORCE_WORDS.ioc },
          ]}
          size="xs"
          value={form.values.timeInForce}
          onChange={(timeInForce) => onChange({ timeInForce })}
        />
      </div>
    </>
  )
}
