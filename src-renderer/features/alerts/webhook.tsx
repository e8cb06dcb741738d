import { Button, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'

import type { AlertSettingsView } from '../../../src-preload/contract/alerts'
import { removeAlertWebhook, rotateAlertSecret, setAlertSeverities, setAlertWebhook } from '../../stores/alerts'
import { Facts, Panel } from '../../ui/panel'
import { Tag, type TagTone } from '../../ui/tag'
import { When } from '../../ui/values'
import { POST_FAILURE_WORDS, WEBHOOK_STATE_WORDS } from '../../ui/words/alerts'
import { SeverityBoxes, type Act } from './severity-boxes'

type Hook = NonNullable<AlertSettingsView['webhook']>

const STATE_TONES: Readonly<Record<Hook['state'], TagTone>> = { untried: 'ended', working: 'good', retrying: 'attention', lost: 'bad' }

/** Signed messages to a receiver elsewhere, which reach you also when nobody sits at this machine. */
export function Webhook({ webhook, act }: { readonly webhook: Hook | null; readonly act: Act }) {
  const [moving, setMoving] = useState(false)
  const aside =
    webhook === null ? (
      <Tag tone="ended">Not set up</Tag>
    ) : (
      <Tag tone={STATE_TONES[webhook.state]}>{WEBHOOK_STATE_WORDS[webhook.state]}</Tag>
    )
  return (
    <Panel title="Webhook" aside={aside}>
      <div className="hf-alerts__form">
        {webhook === null && (
          <p className="hf-dim">Sends alerts, signed, to an address of yours, so that they reach you away from this machine.</p>
        )}
        {webhook !== null && <Known webhook={webhook} act={act} />}
        {(webhook === null || moving) && <Address isFirst={webhook === null} act={act} onDone={() => setMoving(false)} />}
        {webhook !== null && !moving && (
          <div className="hf-alerts__buttons">
            <Button size="compact-sm" variant="default" onClick={() => act(rotateAlertSecret())}>
              Replace the secret
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => setMoving(true)}>
              Change the address
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => act(removeAlertWebhook())}>
              Remove the webhook
            </Button>
          </div>
        )}
      </div>
    </Panel>
  )
}

function Known({ webhook, act }: { readonly webhook: Hook; readonly act: Act }) {
  const { origin, severities, secretSinceMs, overlapUntilMs, lastTakenMs, lastFailure, nextTryMs, waiting } = webhook
  const isFailing = lastFailure !== null && (webhook.state === 'retrying' || webhook.state === 'lost')
  return (
    <>
      {isFailing && (
        <p className="hf-attention" role="status">
          The last message was not taken <When atMs={lastFailure.atMs} />: {POST_FAILURE_WORDS[lastFailure.why]} ({lastFailure.detail}).
          {nextTryMs !== null && (
            <>
              {' '}
              The next try is <When atMs={nextTryMs} />.
            </>
          )}
        </p>
      )}
      <Facts
        facts={[
          {
            label: 'Goes to',
            value: <span className="hf-mono">{origin}</span>,
            hint: 'The rest of the address may hold a token and is not shown',
          },
          { label: 'Last taken', value: lastTakenMs === null ? 'not since the start' : <When atMs={lastTakenMs} /> },
          { label: 'Waiting', value: <span className="hf-num">{waiting}</span> },
          { label: 'Secret made', value: <When atMs={secretSinceMs} /> },
          ...(overlapUntilMs === null ? [] : [{ label: 'The one before signs until', value: <When atMs={overlapUntilMs} /> }]),
        ]}
      />
      <SeverityBoxes label="What is sent" chosen={severities} onChange={(chosen) => act(setAlertSeverities('webhook', chosen))}>
        Fewer than now needs a recovery key.
      </SeverityBoxes>
    </>
  )
}

function Address({ isFirst, act, onDone }: { readonly isFirst: boolean; readonly act: Act; readonly onDone: () => void }) {
  const form = useForm({ initialValues: { url: '' }, validate: { url: wrongWith } })
  return (
    <form
      className="hf-alerts__form"
      onSubmit={form.onSubmit(({ url }) => {
        act(
          setAlertWebhook(url.trim()).then((problem) => {
            if (problem === null) onDone()
            return problem
          }),
        )
      })}
    >
      <TextInput
        label={isFirst ? 'Address' : 'New address'}
        placeholder="https://alerts.example.org/holdfast"
        description="Asks for a recovery key, and shows the signing secret once."
        inputMode="url"
        maxLength={500}
        {...form.getInputProps('url')}
      />
      <div className="hf-alerts__buttons">
        <Button type="submit" size="compact-sm">
          {isFirst ? 'Set up the webhook' : 'Change the address'}
        </Button>
        {!isFirst && (
          <Button size="compact-sm" variant="subtle" onClick={onDone}>
            Cancel
          </Button>
        )}
      </div>
    </form>
  )
}

/** What is wrong with an address, before main is asked; main decides. */
function wrongWith(text: string): string | null {
  const url = parse(text.trim())
  if (url === null) return 'A whole address, such as https://alerts.example.org/holdfast.'
  if (url.username !== '' || url.password !== '') return 'Leave name and password out: our signature says who we are.'
  const isHere = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)
  return url.protocol === 'https:' || (url.protocol === 'http:' && isHere) ? null : 'Only https. Plain http goes to this machine alone.'
}

function parse(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}
