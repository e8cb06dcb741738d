import type { HaltMode, HaltSource } from '../../domain/kill-switch'
import { systemClock, type Cancel, type Clock } from '../../lib/clock'
import { haltOnDisk } from './halt-on-disk'
import { allLatches } from './places'

/** A signal that halts: SIGUSR1 leaves in good order, SIGUSR2 is the emergency. */
export interface HaltSignal {
  readonly signal: 'SIGUSR1' | 'SIGUSR2'
  readonly source: Extract<HaltSource, 'signal-graceful' | 'signal-emergency'>
  readonly mode: Extract<HaltMode, 'graceful' | 'emergency'>
  /** Wall time at which it came, ms. */
  readonly atMs: number
}

/** Installed signal handlers. */
export interface HaltSignals {
  /** Says where the leases are, as soon as it is known: what came before takes them away now, what comes later at once. */
  setDataDir(dataDir: string): void
  /** Hands signals to the engine: first those that came before it, then each as it comes. Replaces the handler before. */
  attach(handler: (signal: HaltSignal) => void): Cancel
}

/** The part of `process` that is needed. */
export interface SignalSource {
  on(signal: HaltSignal['signal'], listener: () => void): unknown
}

const SIGNALS = [
  { signal: 'SIGUSR1', source: 'signal-graceful', mode: 'graceful' },
  { signal: 'SIGUSR2', source: 'signal-emergency', mode: 'emergency' },
] as const

/**
 * Takes SIGUSR1 and SIGUSR2 over. Belongs in the very first lines of the entry: without a handler the first opens Node's inspector and the
 * second ends the process. What comes before the engine exists is remembered, never lost. Where a handler throws, or there is none yet, the
 * leases are taken away here. Signals run on the event loop: where that hangs, use the kill file or the terminal. Windows has neither signal.
 */
export function installHaltSignals(target: SignalSource = process, clock: Clock = systemClock): HaltSignals {
  let dataDir: string | null = null
  let handler: ((signal: HaltSignal) => void) | null = null
  const waiting = new Map<HaltSignal['signal'], HaltSignal>()

  const removeLeases = ({ signal, source, mode, atMs }: HaltSignal): void => {
    if (dataDir === null) return
    haltOnDisk(allLatches(dataDir), { source, by: signal, reason: `${signal} was received.`, mode, nowMs: atMs })
  }
  const deliver = (signal: HaltSignal): void => {
    if (handler === null) {
      waiting.set(signal.signal, waiting.get(signal.signal) ?? signal)
      removeLeases(signal)
      return
    }
    try {
      handler(signal)
    } catch {
      removeLeases(signal)
    }
  }
  for (const known of SIGNALS) target.on(known.signal, () => deliver({ ...known, atMs: Math.floor(clock.wallMs()) }))

  return {
    setDataDir(folder) {
      dataDir = folder
      waiting.forEach(removeLeases)
    },
    attach(next) {
      handler = next
      const before = [...waiting.values()]
      waiting.clear()
      before.forEach(deliver)
      return () => {
        if (handler === next) handler = null
      }
    },
  }
}
