import type { Problem, Reply } from '../../../src-preload/contract/problem'
import type { ActChange } from '../../domain/admin-act'
import type { AuditFact } from '../../domain/audit-event'
import type { ApiClient } from '../../gateway/client-file'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { ApiService } from '../compose/api-service'
import type { AppContext } from '../context'

type Names = 'api.get' | 'api.configure' | 'api.addClient' | 'api.revokeClient'

const SCOPE_WORDS = { health: 'read health', metrics: 'read figures', halt: 'halt trading' } as const

/** Calls about the local interface. Turning it off and ending a client need no credential: both take away. But a way to halt is taken away by authority alone. */
export function apiCalls(context: AppContext, api: ApiService, record: (fact: AuditFact) => boolean): Pick<AppCalls, Names> {
  const changed = (type: string, data: Record<string, string>): boolean =>
    record({ category: 'SECURITY_VIOLATION', severity: 'high', type, actor: context.actor(), subject: null, data })
  const apply = async (enabled: boolean, port: number): Promise<Reply<{ done: boolean }>> => {
    if (!changed('ApiConfigured', { enabled: String(enabled), port: String(port) })) return problemReply('AUDIT_UNAVAILABLE')
    await api.configure({ enabled, port })
    return valueReply({ done: true })
  }
  return {
    'api.get': () => {
      const { clients, ...state } = api.state
      return valueReply({
        ...state,
        clients: clients.map(({ client: { id, name, scopes, createdAtMs, revokedAtMs }, lastSeenMs }) => ({
          id,
          name,
          scopes: [...scopes],
          createdAtMs,
          revokedAtMs,
          lastSeenMs,
        })),
      })
    },
    'api.configure': ({ enabled, port, reason }) => {
      const { state } = api
      const losing = state.enabled ? mayHalt(state.clients) : []
      if (!enabled && losing.length === 0) return apply(false, port)
      const word = (on: boolean, at: number): string => (on ? `on, port ${at}` : 'off')
      return context.authorise(
        {
          act: 'change-api',
          subject: '',
          reason,
          changes: [
            { label: 'Local interface', before: word(state.enabled, state.port), after: word(enabled, port) },
            ...(enabled ? [] : losing.map(({ client }) => losesHalt(client))),
          ],
          checks: [],
          approvalsAtLeast: 1,
        },
        async () => {
          const applied = await apply(enabled, port)
          return applied.ok ? null : applied.problem
        },
      )
    },
    'api.addClient': async ({ name, scopes, reason }) => {
      if (api.hasClient(name)) return problemReply('ALREADY_EXISTS', { name })
      if (api.state.clients.length >= MAX_CLIENTS) return problemReply('INVALID_INPUT', { where: 'clients' })
      const issued: ReturnType<ApiService['addClient']>[] = []
      const asked = await context.authorise(
        {
          act: 'issue-api-token',
          subject: name,
          reason,
          changes: [{ label: 'It may', before: null, after: scopes.map((scope) => SCOPE_WORDS[scope]).join(', ') }],
          checks: [],
          approvalsAtLeast: 1,
        },
        () => {
          if (!changed('ApiClientAdded', { name, scopes: scopes.join(' ') })) return { code: 'AUDIT_UNAVAILABLE', figures: {} }
          issued.push(api.addClient(name, scopes))
          return null
        },
      )
      const [made] = issued
      if (!asked.ok || made === undefined) return asked
      const { client, secret } = made
      const shown = context.desktop.ask(
        {
          kind: 'show-secret',
          id: context.random.uuid(),
          title: `The secret of ${name}`.slice(0, 200),
          means: `Its id is ${client.id}. Whoever holds both may ${scopes.map((scope) => SCOPE_WORDS[scope]).join(', ')}.`,
          secret,
        },
        (answer) => Promise.resolve(answer.kind === 'show-secret' ? null : { code: 'FORBIDDEN', figures: {} }),
      )
      if (shown !== 'busy' && (await shown)) return asked
      // A secret that nobody has is of no use to anybody but whoever finds it.
      api.revokeClient(client.id)
      changed('ApiClientRevoked', { name, why: 'its secret was not taken' })
      return valueReply({ done: false })
    },
    'api.revokeClient': ({ id }) => {
      const client = api.state.clients.find((each) => each.client.id === id)?.client
      if (client?.revokedAtMs !== null) return problemReply('NOT_FOUND')
      const revoke = (): Problem | null => {
        if (!api.revokeClient(id)) return { code: 'NOT_FOUND', figures: {} }
        changed('ApiClientRevoked', { name: client.name, why: 'by hand' })
        return null
      }
      if (!client.scopes.includes('halt')) {
        const problem = revoke()
        return problem === null ? valueReply({ done: true }) : { ok: false, problem }
      }
      return context.authorise(
        { act: 'change-api', subject: client.name, reason: '', changes: [losesHalt(client)], checks: [], approvalsAtLeast: 1 },
        revoke,
      )
    },
  }
}

/** The clients that can halt. */
function mayHalt<T extends { readonly client: ApiClient }>(clients: readonly T[]): readonly T[] {
  return clients.filter(({ client }) => client.revokedAtMs === null && client.scopes.includes('halt'))
}

function losesHalt({ name, scopes }: ApiClient): ActChange {
  return { label: name, before: scopes.map((scope) => SCOPE_WORDS[scope]).join(', '), after: 'nothing' }
}

/** As many as the file holds. */
const MAX_CLIENTS = 32
