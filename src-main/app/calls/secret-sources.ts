import type { SecretSource } from '../../domain/secret-source'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { AppContext } from '../context'
import { visible } from '../views/visible'
import { inEnvironment } from './in-environment'
import { reachChanges, refusal } from './may-reach'

type Names = 'secrets.sources' | 'secrets.setSource' | 'secrets.try'

/** Calls about where secrets outside of the app lie. What is there is never told to a window. */
export function secretSourceCalls(context: AppContext): Pick<AppCalls, Names> {
  return {
    'secrets.sources': () => inEnvironment(context, ({ secrets }) => valueReply([...secrets.sources()])),
    'secrets.setSource': ({ kind, source }) =>
      inEnvironment(context, ({ secrets, audit }) => {
        if (source !== null && source.kind !== kind) return problemReply('INVALID_INPUT', { where: 'kind' })
        const before = secrets.sources().find((one) => one.kind === kind)
        const needed = source === null ? null : secrets.needs(source)
        if (needed?.ok === false) return refusal(needed.error)
        const changes =
          source === null || needed === null
            ? [{ label: NAMES[kind], before: before === undefined ? null : visible(where(before)), after: 'none' }]
            : reachChanges({ secrets }, before ?? null, source, needed.value)
        if ('code' in changes) return { ok: false, problem: changes }
        const change = (): ReturnType<AppContext['authorise']> =>
          context.authorise(
            { act: 'change-signers', subject: NAMES[kind], reason: '', changes, checks: [], approvalsAtLeast: 1 },
            ({ by }) => {
              audit.append({
                category: 'KEY_OPERATION',
                severity: 'medium',
                type: 'SecretSourceChanged',
                actor: by.join(', '),
                subject: kind,
                data: {
                  from: before === undefined ? 'none' : JSON.stringify(before),
                  to: source === null ? 'none' : JSON.stringify(source),
                },
              })
              needed?.value.allow()
              secrets.setSource(kind, source)
              return null
            },
          )
        return source === null ? change() : secrets.using(source, change)
      }),
    'secrets.try': ({ ref }) =>
      inEnvironment(context, async ({ secrets }) => {
        // Else a page would learn, name by name, what lies in a store.
        if (!secrets.mayTry(ref)) {
          const changes = [{ label: 'Is read, to see whether it is there', before: null, after: visible(ref) }]
          const request = { act: 'change-signers', subject: visible(ref), reason: '', changes, checks: [], approvalsAtLeast: 1 } as const
          const asked = await context.authorise(request, () => null)
          if (!asked.ok) return asked
          if (!asked.value.done) return problemReply('CANCELED_BY_USER')
        }
        const found = await secrets.canFind(ref)
        return valueReply({ found: found.ok, detail: found.ok ? '' : found.error.slice(0, 200) })
      }),
  }
}

const NAMES = { vault: 'HashiCorp Vault', 'aws-sm': 'AWS Secrets Manager' } as const

function where(source: SecretSource): string {
  return source.kind === 'vault' ? source.service.url : (source.endpoint ?? source.region)
}
