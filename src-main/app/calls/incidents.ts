import { writeFileSync } from 'node:fs'

import type { IncidentStoryView, IncidentView } from '../../../src-preload/contract/incidents'
import type { Incident, IncidentStory } from '../../domain/incident'
import { listIncidents, type IncidentSources } from '../../engine/incidents/incidents'
import { incidentReport } from '../../engine/incidents/report'
import { tellIncident } from '../../engine/incidents/story'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import { describeError } from '../../lib/errors'
import { classifyStorageError } from '../../storage/errors'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { AppContext } from '../context'
import { inEnvironment } from './in-environment'

type Names = 'incidents.list' | 'incidents.get' | 'incidents.export'

/** Calls about halts as they went, and their reports. */
export function incidentCalls(context: AppContext): Pick<AppCalls, Names> {
  const sourcesOf = ({ environment, audit }: OpenEnvironment): IncidentSources => ({
    environment,
    audit,
    history: () => context.killSwitch().history(),
  })
  const storyOf = async (environment: OpenEnvironment, id: string): Promise<IncidentStory | null> => {
    const sources = sourcesOf(environment)
    const incident = (await listIncidents(sources)).find((each) => each.id === id)
    return incident === undefined ? null : tellIncident(sources, environment.engine, incident)
  }
  return {
    'incidents.list': () =>
      inEnvironment(context, async (environment) =>
        valueReply((await listIncidents(sourcesOf(environment))).slice(0, 1_000).map(incidentView)),
      ),
    'incidents.get': ({ id }) =>
      inEnvironment(context, async (environment) => {
        const story = await storyOf(environment, id)
        return story === null ? problemReply('NOT_FOUND') : valueReply(storyView(story))
      }),
    'incidents.export': ({ id }) =>
      inEnvironment<{ path: string | null }>(context, async (environment) => {
        const story = await storyOf(environment, id)
        if (story === null) return problemReply('NOT_FOUND')
        const day = new Date(story.sinceMs).toISOString().slice(0, 10)
        const path = await context.desktop.saveFile('Export the incident report', `holdfast-halt-${day}-${id}.md`)
        if (path === null) return valueReply({ path: null })
        const { audit } = environment
        audit.append({
          category: 'SYSTEM_EVENT',
          severity: 'info',
          type: 'IncidentReportExported',
          actor: context.actor(),
          subject: id,
          data: { path: path.slice(-500) },
        })
        const facts = { version: context.facts.version, writtenAtMs: Math.floor(context.clock.wallMs()), head: audit.head() }
        try {
          writeFileSync(path, incidentReport(story, facts), { mode: 0o600 })
          return valueReply({ path })
        } catch (thrown) {
          // The person chose the place: that it is full or cannot be written is for them to know.
          const full = classifyStorageError(thrown)?.code === 'DISK_FULL'
          return problemReply(full ? 'DISK_FULL' : 'UNREADABLE', { detail: describeError(thrown).slice(0, 500) })
        }
      }),
  }
}

const short = (text: string): string => text.slice(0, 200)

function incidentView({ id, sinceMs, untilMs, environment, source, by, reason, scope, mode, releasedBy, toldBy }: Incident): IncidentView {
  return {
    ...{
      id,
      sinceMs: Math.floor(sinceMs),
      untilMs: untilMs === null ? null : Math.floor(untilMs),
      environment,
      source,
      scope,
      mode,
      toldBy,
    },
    by: short(by),
    reason: short(reason),
    releasedBy: releasedBy === null ? null : short(releasedBy),
  }
}

function storyView({ moments, omitted, orders, checks, ...incident }: IncidentStory): IncidentStoryView {
  return {
    ...incidentView(incident),
    omitted,
    moments: moments.map(({ atMs, type, actor, subject, figures, auditSeq }) => ({
      ...{ atMs: Math.floor(atMs), type: short(type), actor: short(actor), auditSeq },
      subject: subject === null ? null : short(subject),
      figures: Object.fromEntries(Object.entries(figures).map(([name, value]) => [name.slice(0, 60), value.slice(0, 400)])),
    })),
    orders: orders.map((order) => ({ ...order })),
    checks: checks.map(({ name, status }) => ({ name: short(name), status: short(status) })),
  }
}
