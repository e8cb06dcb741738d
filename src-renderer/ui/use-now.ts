import { useSyncExternalStore } from 'react'

const SECOND_MS = 1_000
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | null = null
let nowMs = Date.now()

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    nowMs = Date.now()
    for (const each of listeners) each()
  }, SECOND_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0 || timer === null) return
    clearInterval(timer)
    timer = null
  }
}

function snapshot(): number {
  // Nobody listened for a while: the first reader moves it on; within one rendering it stands still.
  if (timer === null && Date.now() - nowMs >= SECOND_MS) nowMs = Date.now()
  return nowMs
}

/** Wall time that moves on every second, ms; everything on the screen moves together. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, snapshot)
}
