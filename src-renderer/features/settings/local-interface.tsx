import { Button, Checkbox, Group, NumberInput, Skeleton, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useEffect, useState } from 'react'

import type { ApiClientView, ApiView } from '../../../src-preload/contract/metrics'
import type { Problem } from '../../../src-preload/contract/problem'
import { addApiClient, configureApi, refreshApi, revokeApiClient, useMetrics } from '../../stores/metrics'
import { known } from '../../stores/remote'
import { SaidNotice } from '../../ui/notice'
import { Panel } from '../../ui/panel'
import { Tag } from '../../ui/tag'
import { Unread } from '../../ui/unread'
import { When } from '../../ui/values'
import { sayProblem } from '../../ui/words/problems'

type Scope = ApiClientView['scopes'][number]
const SCOPE_WORDS: Readonly<Record<Scope, string>> = { health: 'Read health', metrics: 'Read figures', halt: 'Halt trading' }
const SCOPES = Object.keys(SCOPE_WORDS) as Scope[]

/** The local interface for other programs on this machine: on or off, and who may use it. */
export function LocalInterface() {
  const remote = useMetrics((state) => state.api)
  const [problem, setProblem] = useState<Problem | null>(null)
  useEffect(() => {
    void refreshApi()
  }, [])
  const api = known(remote)
  const act = (work: Promise<Problem | null>) => {
    void work.then((outcome) => setProblem(outcome?.code === 'CANCELED_BY_USER' ? null : outcome))
  }
  const aside =
    api === null ? undefined : <Tag tone={api.listening ? 'going' : 'ended'}>{api.listening ? `On, port ${api.port}` : 'Off'}</Tag>
  return (
    <Panel title="Local interface" aside={aside}>
      <p className="hf-dim">
        Programs on this machine may read health and figures, and halt. None of them can trade, release a halt or change a setting.
      </p>
      {remote.kind === 'failed' && <Unread problem={remote.problem} again={refreshApi} />}
      {api === null ? (
        remote.kind === 'loading' && <Skeleton h={80} />
      ) : (
        <>
          {api.problem !== null && (
            <SaidNotice
              said={{
                what: `It does not listen: ${api.problem}.`,
                means: 'Programs that watch this app get no answer.',
                now: 'Choose another port.',
              }}
              tone="attention"
            />
          )}
          <Switch key={`${api.enabled} ${api.port}`} api={api} act={act} />
          {api.clients.length > 0 && <Clients clients={api.clients} act={act} />}
          <AddClient act={act} />
        </>
      )}
      {problem !== null && <SaidNotice said={sayProblem(problem)} />}
    </Panel>
  )
}

interface ActProps {
  readonly act: (work: Promise<Problem | null>) => void
}

function Switch({ api, act }: ActProps & { readonly api: ApiView }) {
  const form = useForm({
    initialValues: { port: api.port, reason: '' },
    validate: { reason: (value) => (value.trim() === '' ? 'Say why: it goes on record' : null) },
  })
  if (api.enabled)
    return (
      <div className="hf-settings__buttons">
        <Button variant="default" onClick={() => act(configureApi(false, api.port, 'turned off'))}>
          Turn off
        </Button>
      </div>
    )
  return (
    <form onSubmit={form.onSubmit(({ port, reason }) => act(configureApi(true, port, reason.trim())))}>
      <Group align="flex-start" gap="sm">
        <NumberInput label="Port" min={1_024} max={65_535} w={110} hideControls thousandSeparator="" {...form.getInputProps('port')} />
        <TextInput label="Why" placeholder="Prometheus on this machine" flex={1} maxLength={200} {...form.getInputProps('reason')} />
        <Button type="submit" variant="default" mt={24}>
          Turn on
        </Button>
      </Group>
    </form>
  )
}

function Clients({ clients, act }: ActProps & { readonly clients: readonly ApiClientView[] }) {
  return (
    <table className="hf-table hf-settings__clients" aria-label="Programs that may use the local interface">
      <thead>
        <tr>
          <th scope="col">Program</th>
          <th scope="col">May</th>
          <th scope="col">Last seen</th>
          <th scope="col">
            <span className="hf-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {clients.map(({ id, name, scopes, revokedAtMs, lastSeenMs }) => (
          <tr key={id} className={revokedAtMs === null ? '' : 'hf-dim'}>
            <td title={`Client id ${id}`}>{name}</td>
            <td>{scopes.map((scope) => SCOPE_WORDS[scope].toLowerCase()).join(', ')}</td>
            <td>{revokedAtMs !== null ? 'revoked' : lastSeenMs === null ? 'not since the start' : <When atMs={lastSeenMs} />}</td>
            <td className="hf-right">
              {revokedAtMs === null && (
                <Button variant="subtle" size="compact-xs" aria-label={`Revoke ${name}`} onClick={() => act(revokeApiClient(id))}>
                  Revoke
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function AddClient({ act }: ActProps) {
  const form = useForm<{ name: string; scopes: Scope[] }>({
    initialValues: { name: '', scopes: ['health', 'metrics'] },
    validate: {
      name: (value) => (value.trim() === '' ? 'Name the program' : null),
      scopes: (value) => (value.length === 0 ? 'Choose at least one' : null),
    },
  })
  return (
    <form
      onSubmit={form.onSubmit(({ name, scopes }) => {
        act(addApiClient(name.trim(), scopes, `access for ${name.trim()}`))
        form.reset()
      })}
    >
      <Group align="flex-start" gap="sm" mt="sm">
        <TextInput label="Program" placeholder="Prometheus" maxLength={60} {...form.getInputProps('name')} />
        <Checkbox.Group label="May" {...form.getInputProps('scopes')}>
          <Group gap="sm" mt={6}>
            {SCOPES.map((scope) => (
              <Checkbox key={scope} value={scope} label={SCOPE_WORDS[scope]} />
            ))}
          </Group>
        </Checkbox.Group>
      </Group>
      <Button type="submit" variant="default" mt="sm">
        Give access
      </Button>
    </form>
  )
}
