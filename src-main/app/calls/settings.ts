import { existsSync } from 'node:fs'

import type { ChainView, SettingsView } from '../../../src-preload/contract/app'
import type { Problem } from '../../../src-preload/contract/problem'
import { compareSettings } from '../../engine/settings/compare-settings'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import { parseChainProfile } from '../../venues/dex/chain-profile'
import { compareChainProfiles } from '../compose/compare-chain-profiles'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { AppContext } from '../context'
import { waitsElsewhere } from '../compose/waits-elsewhere'
import { CHANGED_MEANWHILE } from './changed-meanwhile'
import { readChosenFile } from './chosen-file'
import { inEnvironment } from './in-environment'
import { shownChanges } from '../views/shown-changes'

type Names = 'settings.get' | 'settings.update' | 'chain.get' | 'chain.connect' | 'chain.devnetFound'

const MAX_PROFILE_BYTES = 1_000_000
/** What is given as the reason of what this screen asks for; it has no field for one. */
const WHERE = 'on the screen Settings'

/** Calls about settings and the chain. What only tightens is done at once and recorded; what loosens is authorised. */
export function settingsCalls(context: AppContext): Pick<AppCalls, Names> {
  const view = (environment: OpenEnvironment): SettingsView => ({
    ...environment.settings.get(),
    colourScheme: context.preferences().colourScheme,
  })
  const devnet = (): string | null => {
    const { devnetProfile } = context.facts
    return devnetProfile !== null && existsSync(devnetProfile) ? devnetProfile : null
  }
  return {
    'settings.get': () => inEnvironment(context, (environment) => valueReply(view(environment))),
    'settings.update': ({ colourScheme, ...change }) =>
      inEnvironment(context, async (environment) => {
        const { settings } = environment
        const defined = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
        const wrong = settings.wrongWith(defined)
        if (wrong !== null) return problemReply('INVALID_INPUT', { where: wrong })
        if (colourScheme !== undefined) context.savePreferences({ colourScheme })
        const before = settings.get()
        const { changes, loosens } = compareSettings(before, settings.changed(defined))
        if (changes.length > 0 && !loosens) settings.update(defined, context.actor())
        if (!loosens) return valueReply({ done: true, settings: view(environment) })
        const request = { act: 'change-limits', subject: '', reason: WHERE, changes, checks: [], approvalsAtLeast: 1 } as const
        const asked = await context.authorise(request, ({ by }) => {
          // What was allowed is what was shown, and nothing else.
          if (settings.get() !== before) return CHANGED_MEANWHILE
          settings.update(defined, by.join(', '))
          return null
        })
        return asked.ok ? valueReply({ done: asked.value.done, settings: view(environment) }) : asked
      }),
    'chain.get': () => inEnvironment(context, async (environment) => valueReply(await chainView(environment))),
    'chain.devnetFound': () => valueReply({ found: devnet() !== null }),
    'chain.connect': ({ from }) =>
      inEnvironment(context, async (environment) => {
        if (environment.paper !== null) return problemReply('UNSUPPORTED', { detail: 'Paper trades on no chain. Switch to testnet first.' })
        const path = from === 'devnet' ? devnet() : await context.desktop.openFile('Choose a chain profile')
        if (path === null) return problemReply(from === 'devnet' ? 'NOT_FOUND' : 'CANCELED_BY_USER')
        const read = readChosenFile(path, MAX_PROFILE_BYTES, 'BAD_ANSWER')
        if (!read.ok) return { ok: false, problem: read.error }
        const parsed = parseChainProfile(read.value)
        if (!parsed.ok) return problemReply('BAD_ANSWER', { detail: parsed.error.slice(0, 500) })
        const use = async (actor: string): Promise<Problem | null> => {
          const used = await environment.chain.use(read.value, actor)
          context.statusChanged()
          return used.ok ? null : { code: used.error.code, figures: { detail: used.error.detail.slice(0, 500) } }
        }
        const before = environment.chain.chainProfile
        // A profile that is kept and cannot be used is no free way to another one.
        const isFirst = before === null && environment.chain.trouble === null
        const waiting = () => waitsElsewhere(environment.engine, { from: before?.chainId ?? null, to: parsed.value.chainId })
        const left = waiting()
        const changes = [...left, ...(isFirst ? [] : compareChainProfiles(before, parsed.value))]
        if (changes.length === 0) {
          const problem = await use(context.actor())
          if (problem !== null) return { ok: false, problem }
        } else {
          const shownToo = shownChanges(changes)
          const request = {
            act: 'change-endpoints',
            subject: '',
            reason: WHERE,
            changes: shownToo,
            checks: [],
            approvalsAtLeast: 1,
          } as const
          const asked = await context.authorise(request, ({ by }) =>
            environment.chain.chainProfile === before && waiting().every(({ label }) => left.some((shown) => shown.label === label))
              ? use(by.join(', '))
              : CHANGED_MEANWHILE,
          )
          if (!asked.ok) return asked
          if (!asked.value.done) return problemReply('CANCELED_BY_USER')
        }
        const shown = await chainView(environment)
        return shown === null ? problemReply('INTERNAL') : valueReply(shown)
      }),
  }
}

async function chainView(environment: OpenEnvironment): Promise<ChainView | null> {
  const { chainProfile: profile, connected, trouble } = environment.chain
  if (profile === null) return null
  const latest = await connected?.chain.block('latest')
  const problem: Problem | null = trouble === null ? null : { code: trouble.code, figures: { detail: trouble.detail.slice(0, 500) } }
  return {
    name: profile.name,
    chainId: profile.chainId,
    // The rest of the address may hold a provider's key, which no window needs to see.
    rpcUrl: new URL(profile.rpcUrl).origin.slice(0, 200),
    witnessRpcUrl: profile.witnessRpcUrl === undefined ? null : new URL(profile.witnessRpcUrl).origin.slice(0, 200),
    connected: connected !== null,
    problem,
    blockNumber: latest?.ok === true ? (latest.value?.number ?? null) : null,
  }
}
