import type { AlertListView, AlertSettingsView, AlertView } from '../../../src-preload/contract/alerts'
import type { Problem, Reply } from '../../../src-preload/contract/problem'
import type { AlertRecord } from '../../alerts/record'
import { inForce, newSecret, rotated, sealSecret } from '../../alerts/secrets'
import { DEFAULT_WEBHOOK_SEVERITIES, tellsLess, type AlertSettings, type SealedSecret, type WebhookSettings } from '../../alerts/settings'
import { parseWebhookUrl, type WebhookUrlProblem } from '../../alerts/webhook-url'
import type { ActChange } from '../../domain/admin-act'
import { ALERT_SEVERITIES } from '../../domain/alert'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { AppContext } from '../context'
import { inEnvironment } from './in-environment'

type Names = Extract<keyof AppCalls, `alerts.${string}`>
type Done = Reply<{ done: boolean }>

const URL_PROBLEMS: Readonly<Record<WebhookUrlProblem, string>> = {
  NOT_A_URL: 'it is not a web address',
  NOT_HTTPS: 'only https will do; plain http goes to this machine alone',
  HAS_CREDENTIALS: 'an address with a name or password in it would end up in records',
  TOO_LONG: 'it is too long',
}

/** Calls about alerts: what there is, who has dealt with it, and how people are told. */
export function alertCalls(context: AppContext): Pick<AppCalls, Names> {
  const { alerts } = context
  const change = async (next: Partial<AlertSettings>, type: 'AlertSettingsChanged', data: Record<string, string>): Promise<void> =>
    alerts.changeSettings({ ...alerts.settings(), ...next }, { actor: context.actor(), type, data })
  return {
    'alerts.list': () => valueReply(listView(alerts.list())),
    'alerts.light': () => valueReply({ ...alerts.counts() }),
    'alerts.acknowledge': ({ ids }) =>
      inEnvironment(context, ({ audit }) => {
        const open = new Set(
          alerts
            .list()
            .alerts.filter(({ acknowledged }) => acknowledged === null)
            .map(({ id }) => id),
        )
        const wanted = ids.filter((id) => open.has(id))
        if (wanted.length === 0) return valueReply({ acknowledged: 0 })
        audit.append({
          category: 'SYSTEM_EVENT',
          severity: 'info',
          type: 'AlertsAcknowledged',
          actor: context.actor(),
          subject: null,
          data: { count: String(wanted.length), ids: wanted.slice(0, 50) },
        })
        return valueReply({ acknowledged: alerts.acknowledge(wanted, context.actor()) })
      }),
    'alerts.settings': () => valueReply(alertSettingsView(context)),
    'alerts.setSound': ({ on }) =>
      inEnvironment(context, async () => {
        await change({ sound: on }, 'AlertSettingsChanged', { sound: on ? 'on' : 'off' })
        return valueReply({})
      }),
    'alerts.setSeverities': ({ path, severities }) => inEnvironment(context, () => setSeverities(context, path, severities)),
    'alerts.setWebhook': ({ url }) => inEnvironment(context, () => setWebhook(context, url)),
    'alerts.removeWebhook': () =>
      inEnvironment(context, async (): Promise<Done> => {
        const settings = alerts.settings()
        if (settings.webhook === null) return problemReply('NOT_FOUND')
        const changes: ActChange[] = [{ label: 'Webhook', before: settings.webhook.url, after: 'none' }]
        return askToChange(context, 'Remove the webhook', changes, async (actor) =>
          alerts.changeSettings({ ...alerts.settings(), webhook: null }, { actor, type: 'WebhookRemoved', data: {} }),
        )
      }),
    'alerts.rotateSecret': () => inEnvironment(context, () => rotateSecret(context)),
    'alerts.test': () => inEnvironment(context, () => valueReply({ id: alerts.test(context.actor()) })),
  }
}

async function setSeverities(
  context: AppContext,
  path: 'desktop' | 'webhook',
  wanted: readonly (typeof ALERT_SEVERITIES)[number][],
): Promise<Done> {
  const { alerts } = context
  const settings = alerts.settings()
  if (path === 'webhook' && settings.webhook === null) return problemReply('NOT_FOUND')
  const before = path === 'desktop' ? settings.desktop : (settings.webhook?.severities ?? [])
  const after = ALERT_SEVERITIES.filter((each) => each === 'critical' || wanted.includes(each))
  const carryOut = async (actor: string): Promise<void> => {
    const now = alerts.settings()
    const next = path === 'desktop' ? { ...now, desktop: after } : { ...now, webhook: now.webhook && { ...now.webhook, severities: after } }
    const data = { path, before: before.join(' '), after: after.join(' ') }
    await alerts.changeSettings(next, { actor, type: 'AlertSettingsChanged', data })
  }
  // Being told of more needs nobody's leave.
  if (!tellsLess(before, after)) {
    await carryOut(context.actor())
    return valueReply({ done: true })
  }
  const label = path === 'desktop' ? 'Notifications for' : 'The webhook is sent'
  return askToChange(context, 'Tell of fewer alerts', [{ label, before: before.join(', '), after: after.join(', ') }], carryOut)
}

async function setWebhook(context: AppContext, text: string): Promise<Done> {
  const url = parseWebhookUrl(text)
  if (!url.ok) return problemReply('INVALID_INPUT', { field: 'address', detail: URL_PROBLEMS[url.error] })
  if (!(await context.vault.status()).available) return problemReply('NO_KEYCHAIN')
  const before = context.alerts.settings().webhook
  const changes: ActChange[] = [{ label: 'Webhook', before: before?.url ?? null, after: url.value.href }]
  return withNewSecret(context, before === null ? 'Set up a webhook' : 'Move the webhook', changes, async (secret, actor) => {
    const settings = context.alerts.settings()
    // A receiver has no business with the secret of the one before it.
    const webhook = {
      url: url.value.href,
      severities: [...(settings.webhook?.severities ?? DEFAULT_WEBHOOK_SEVERITIES)],
      secrets: [secret],
    }
    const data = { origin: url.value.origin, secret: secret.fingerprint }
    await context.alerts.changeSettings({ ...settings, webhook }, { actor, type: 'WebhookChanged', data })
  })
}

async function rotateSecret(context: AppContext): Promise<Done> {
  const before = context.alerts.settings().webhook
  if (before === null) return problemReply('NOT_FOUND')
  const changes: ActChange[] = [
    { label: 'Secret', before: shortName(before.secrets[0]), after: 'a new one; the one before signs for 24 h more' },
  ]
  return withNewSecret(context, 'Replace the secret of the webhook', changes, async (secret, actor) => {
    const settings = context.alerts.settings()
    if (settings.webhook === null) throw new Error('the webhook was removed meanwhile')
    const secrets = rotated(settings.webhook.secrets, secret, context.clock.wallMs())
    const data = { before: settings.webhook.secrets[0]?.fingerprint ?? '', after: secret.fingerprint }
    await context.alerts.changeSettings(
      { ...settings, webhook: { ...settings.webhook, secrets } },
      { actor, type: 'WebhookSecretRotated', data },
    )
  })
}

/** Asks for authority, shows a new secret, and only then lets it count: one that nobody has seen never signs. */
async function withNewSecret(
  context: AppContext,
  reason: string,
  changes: readonly ActChange[],
  use: (secret: SealedSecret, actor: string) => Promise<void>,
): Promise<Done> {
  let actor = context.actor()
  const asked = await context.authorise(
    { act: 'change-alerts', subject: 'webhook', reason, changes, checks: [], approvalsAtLeast: 1 },
    ({ by }) => {
      actor = by.join(', ') || actor
      return null
    },
  )
  if (!asked.ok || !asked.value.done) return asked
  const secret = newSecret(context.random)
  const shown = context.desktop.ask(
    {
      kind: 'show-secret',
      id: context.random.uuid(),
      title: 'The secret of the webhook',
      means: 'It signs every message. Give it to the receiver; it is not shown again. It counts when you say that you have it.',
      secret: secret.toString('hex'),
    },
    async (answer): Promise<Problem | null> => {
      if (answer.kind !== 'show-secret') return { code: 'FORBIDDEN', figures: {} }
      const sealed = await sealSecret(context.vault, secret, context.clock.wallMs())
      if (!sealed.ok) return { code: sealed.error, figures: {} }
      return carriedOut(context, () => use(sealed.value, actor))
    },
  )
  if (shown === 'busy') return problemReply('BUSY')
  const done = await shown
  secret.fill(0)
  return valueReply({ done })
}

async function askToChange(
  context: AppContext,
  reason: string,
  changes: readonly ActChange[],
  carryOut: (actor: string) => Promise<void>,
): Promise<Done> {
  const asked = await context.authorise({ act: 'change-alerts', subject: '', reason, changes, checks: [], approvalsAtLeast: 1 }, ({ by }) =>
    carriedOut(context, () => carryOut(by.join(', ') || context.actor())),
  )
  return asked.ok ? valueReply({ done: asked.value.done }) : asked
}

/** Does it; what cannot be recorded or kept is not done, and said. */
async function carriedOut(context: AppContext, work: () => Promise<void>): Promise<Problem | null> {
  try {
    await work()
    return null
  } catch (thrown) {
    context.fault('changing the alerts', thrown)
    return { code: 'AUDIT_UNAVAILABLE', figures: {} }
  }
}

function shortName(secret: SealedSecret | undefined): string {
  return secret === undefined ? 'none' : `${secret.fingerprint.slice(0, 8)}…`
}

/** An alert as a window sees it. */
export function alertView(record: AlertRecord): AlertView {
  return { ...record, figures: { ...record.figures } }
}

function listView({ alerts, kept }: ReturnType<AppContext['alerts']['list']>): AlertListView {
  return { alerts: alerts.map(alertView), kept }
}

/** How people are told, as a window sees it. */
export function alertSettingsView(context: Pick<AppContext, 'alerts' | 'clock'>): AlertSettingsView {
  const { sound, desktop, webhook } = context.alerts.settings()
  return { sound, desktop: [...desktop], webhook: webhook === null ? null : webhookView(context, webhook) }
}

function webhookView({ alerts, clock }: Pick<AppContext, 'alerts' | 'clock'>, { url, severities, secrets }: WebhookSettings) {
  const { state, lastTakenMs, lastFailure, nextTryMs } = alerts.webhookHealth()
  const retiring = inForce(secrets, clock.wallMs()).flatMap(({ retiresAtMs }) => retiresAtMs ?? [])
  return {
    origin: new URL(url).origin.slice(0, 200),
    severities: [...severities],
    secretSinceMs: secrets[0]?.sinceMs ?? 0,
    overlapUntilMs: retiring.length === 0 ? null : Math.max(...retiring),
    state,
    lastTakenMs,
    lastFailure: lastFailure === null ? null : { ...lastFailure, detail: lastFailure.detail.slice(0, 200) },
    nextTryMs: nextTryMs === null ? null : Math.round(nextTryMs),
    waiting: alerts.list().alerts.filter(({ delivery }) => delivery === 'due').length,
  }
}
