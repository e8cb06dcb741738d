import { create } from 'zustand'

import type { DrillView, IncidentStoryView, IncidentView } from '../../src-preload/contract/incidents'
import type { Problem } from '../../src-preload/contract/problem'
import { call, on } from '../api/bridge'
import { fetchRemote, known, LOADING, type Remote } from './remote'

interface IncidentsState {
  /** Newest first. */
  readonly list: Remote<IncidentView[]>
  readonly stories: Readonly<Record<string, Remote<IncidentStoryView>>>
  /** Newest first. */
  readonly drills: Remote<DrillView[]>
}

/** Halts as they went, and drills. */
export const useIncidents = create<IncidentsState>(() => ({ list: LOADING, stories: {}, drills: LOADING }))

/** How often something was heard of a drill. */
let heard = 0

/** Reads halts and drills; once more where something was heard of a drill meanwhile, for what was read is older. */
export async function refreshIncidents(): Promise<void> {
  const before = useIncidents.getState()
  const heardBefore = heard
  const [list, drills] = await Promise.all([
    fetchRemote('incidents.list', {}, known(before.list)),
    fetchRemote('drills.list', {}, known(before.drills)),
  ])
  if (heard !== heardBefore) return refreshIncidents()
  useIncidents.setState({ list, drills })
}

/** Reads everything of one halt. */
export async function readStory(id: string): Promise<void> {
  const before = useIncidents.getState().stories[id]
  const story = await fetchRemote('incidents.get', { id }, before === undefined ? null : known(before))
  useIncidents.setState(({ stories }) => ({ stories: { ...stories, [id]: story } }))
}

/** Writes the report of a halt where the person chooses; where it was written, null when nowhere, or why not. */
export async function exportIncident(id: string): Promise<{ readonly path: string | null } | { readonly problem: Problem }> {
  const reply = await call('incidents.export', { id })
  return reply.ok ? reply.value : { problem: reply.problem }
}

/** Begins a drill; why not, or null. */
export async function startDrill(kind: DrillView['kind']): Promise<Problem | null> {
  const reply = await call('drills.start', { kind })
  // It may be over before the reply is here.
  if (reply.ok && !known(useIncidents.getState().drills)?.some(({ drillId }) => drillId === reply.value.drillId)) heardDrill(reply.value)
  return reply.ok ? null : reply.problem
}

function heardDrill(drill: DrillView): void {
  heard += 1
  const others = (known(useIncidents.getState().drills) ?? []).filter(({ drillId }) => drillId !== drill.drillId)
  const value = [drill, ...others].sort((a, b) => b.startedAtMs - a.startedAtMs)
  useIncidents.setState({ drills: { kind: 'ready', value } })
}

/** By then the record of a halt has followed the halt, ms. */
const RECORDED_AFTER_MS = 500

/**
 * Reads, and hears of drills and of every halt and release, for as long as somebody looks; returns how to stop. Not before: nothing is asked of main right
 * after a halt that nobody waits for.
 */
export function startIncidents(): () => void {
  void refreshIncidents()
  let timer: ReturnType<typeof setTimeout> | undefined
  const stops = [
    on('drills.changed', heardDrill),
    on('halt.changed', () => {
      clearTimeout(timer)
      timer = setTimeout(() => void refreshIncidents(), RECORDED_AFTER_MS)
    }),
  ]
  return () => {
    clearTimeout(timer)
    for (const stop of stops) stop()
  }
}
