import type { GuardsView, ReleaseCheckView } from '../../../src-preload/contract/guards'
import type { Problem } from '../../../src-preload/contract/problem'
import type { VerifyFailure } from '../../authority/recovery-keys'
import type { ReleaseCheckId } from '../../domain/kill-switch'
import type { Acknowledgement } from '../../engine/halt/release-checks'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { OpenEnvironment } from '../compose/compose-environment'
import { OPERATOR, type AppContext } from '../context'
import { recordHalt, type Halter } from '../halt'
import { inEnvironment } from './in-environment'
import { gatherReleaseFacts } from './release-facts'

type Names = 'guards.status' | 'halt.trigger' | 'halt.durable' | 'halt.checks' | 'halt.release' | 'halt.cancelRelease' | 'breaker.isolate'

const CHECK_LABELS: Readonly<Record<ReleaseCheckId, string>> = {
  'kill-file-absent': 'No kill file',
  'environment-variable-absent': 'No halting variable',
  'breakers-closed-or-acknowledged': 'Breakers',
  'no-unknown-orders': 'Orders of unknown outcome',
  'audit-chain-verified': 'Audit log',
  'signer-health': 'Signer',
  'venue-health': 'Venue',
}

/** Calls about halting, releasing, and breakers. */
export function haltCalls(context: AppContext, halter: Halter): Pick<AppCalls, Names> {
  return {
    'guards.status': () => inEnvironment(context, (environment) => valueReply(guardsView(context, environment))),
    'halt.trigger': ({ mode, scope, source }) => {
      const reason = source === 'shortcut' ? 'the halt shortcut was pressed' : 'the halt button was pressed'
      const receipt = halter.haltForWindow({ source, by: OPERATOR, reason, mode, scope })
      return valueReply({ state: context.killSwitch().snapshot().state, sinceMs: receipt.sinceMs })
    },
    'halt.durable': () => {
      const durable = halter.durable()
      return valueReply({
        durable,
        detail: durable ? '' : 'The disk refused. Trading is halted in memory, and it is tried again each second.',
      })
    },
    'halt.checks': () =>
      inEnvironment(context, async (environment) => {
        const facts = await gatherReleaseFacts(environment, () => context.clock.steadyMs())
        return valueReply(
          context
            .killSwitch()
            .checks(facts, [])
            .map((check): ReleaseCheckView => ({ ...check })),
        )
      }),
    'halt.release': ({ reason, acknowledge }) =>
      inEnvironment(context, async (environment) => {
        const acknowledgements = acknowledge.map((check): Acknowledgement => ({ check, reason }))
        return release(context, environment, reason, acknowledgements)
      }),
    'halt.cancelRelease': () => {
      context.killSwitch().cancelRecovery({ by: OPERATOR, reason: 'canceled' })
      return valueReply({})
    },
    'breaker.isolate': ({ breaker, reason }) =>
      inEnvironment(context, ({ breakers }) => {
        breakers.isolate(breaker, { by: OPERATOR, reason })
        return valueReply({})
      }),
  }
}

/** What the guard panel shows, at this moment. */
export function guardsView(context: AppContext, environment: OpenEnvironment): GuardsView {
  return {
    killSwitch: context.killSwitch().snapshot(),
    breakers: environment.breakers.status().map((breaker) => ({
      id: breaker.id,
      state: breaker.state,
      failuresInWindow: breaker.failuresInWindow,
      samplesInWindow: breaker.samplesInWindow,
      consecutive: breaker.consecutive,
      ratePct: breaker.ratePct,
      limits: { ...breaker.limits },
      openedAtMs: breaker.openedAtMs,
      halfOpenAtMs: breaker.halfOpenAtMs,
      probing: breaker.probeOrderId !== null,
      history: breaker.history.map((entry) => ({ atMs: entry.atMs, kind: entry.kind, detail: entry.detail.slice(0, 200) })),
    })),
    atMs: context.clock.wallMs(),
  }
}

async function release(context: AppContext, environment: OpenEnvironment, reason: string, acknowledgements: readonly Acknowledgement[]) {
  const killSwitch = context.killSwitch()
  const begun = killSwitch.beginRecovery({ by: OPERATOR, reason })
  if (!begun.ok) return problemReply('CHECK_BLOCKED', { detail: begun.error.detail.slice(0, 500) })
  const { recoveryId } = begun.value
  const facts = await gatherReleaseFacts(environment, () => context.clock.steadyMs())
  const checks = killSwitch.checks(facts, acknowledgements, 1)
  const task = {
    kind: 'release' as const,
    id: context.random.uuid(),
    reason: reason.slice(0, 200),
    checks: checks.map(({ id, status, detail }) => ({ label: CHECK_LABELS[id], ok: status === 'ok' || status === 'acknowledged', detail })),
  }
  const asked = context.desktop.ask(task, async (answer): Promise<Problem | null> => {
    if (answer.kind !== 'release') return { code: 'FORBIDDEN', figures: {} }
    const verified = await context.recoveryKeys.verify(answer.recoveryKey)
    if (!verified.ok) {
      environment.audit.append({
        category: 'SECURITY_VIOLATION',
        severity: 'high',
        type: 'RecoveryKeyRefused',
        actor: OPERATOR,
        subject: null,
        data: { code: verified.error },
      })
      return keyProblem(verified.error, context.recoveryKeys.waitMs())
    }
    const released = killSwitch.release({
      authorised: {
        recoveryId,
        means: [verified.value.keyId],
        permissions: verified.value.permissions,
        provenAtMs: context.clock.steadyMs(),
      },
      by: OPERATOR,
      reason,
      facts: { ...(await gatherReleaseFacts(environment, () => context.clock.steadyMs())) },
      acknowledgements,
    })
    if (!released.ok) {
      const blocked = released.error.checks.filter(({ status }) => status === 'blocked' || status === 'unknown').map(({ detail }) => detail)
      return { code: 'CHECK_BLOCKED', figures: { detail: [released.error.detail, ...blocked].join(' ').slice(0, 500) } }
    }
    recordHalt(context, 'KillSwitchReleased', { reason, key: verified.value.keyId, integrity: verified.value.integrity })
    return null
  })
  if (asked === 'busy') return problemReply('BUSY')
  const done = await asked
  if (!done) killSwitch.cancelRecovery({ by: OPERATOR, reason: 'the window was closed' })
  return valueReply({ released: done })
}

function keyProblem(failure: VerifyFailure, waitMs: number): Problem {
  switch (failure) {
    case 'WRONG_KEY':
    case 'EXPIRED':
    case 'REVOKED':
      return { code: 'WRONG_KEY', figures: { reason: failure } }
    case 'RATE_LIMITED':
      return { code: 'RATE_LIMITED_ATTEMPTS', figures: { seconds: String(Math.ceil(waitMs / 1_000)) } }
    case 'UNREADABLE':
      return { code: 'UNREADABLE', figures: {} }
  }
}
