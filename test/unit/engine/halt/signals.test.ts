import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { installHaltSignals, type HaltSignal } from '../../../../src-main/engine/halt/signals'
import { bench } from './support'

function installed() {
  const made = bench(['paper', 'live'])
  const listeners = new Map<string, () => void>()
  const signals = installHaltSignals({ on: (signal, listener) => listeners.set(signal, listener) }, made.clock)
  const send = (signal: HaltSignal['signal']) => listeners.get(signal)?.()
  const leases = () =>
    ['machine.lease', join('paper', 'trading.lease'), join('live', 'trading.lease')].map((name) => existsSync(join(made.dataDir, name)))
  return { ...made, signals, send, leases }
}

describe('halting by signal', () => {
  test('hands each signal to the engine', () => {
    const { signals, send, clock } = installed()
    const heard: HaltSignal[] = []
    signals.attach((signal) => void heard.push(signal))
    send('SIGUSR1')
    send('SIGUSR2')
    expect(heard).toEqual([
      { signal: 'SIGUSR1', source: 'signal-graceful', mode: 'graceful', atMs: clock.wallMs() },
      { signal: 'SIGUSR2', source: 'signal-emergency', mode: 'emergency', atMs: clock.wallMs() },
    ])
  })

  test('remembers what came before the engine, the first of each kind, and delivers it once', async () => {
    const { signals, send, clock } = installed()
    send('SIGUSR2')
    const atMs = clock.wallMs()
    await clock.advance(10)
    send('SIGUSR2')
    send('SIGUSR1')
    const heard: HaltSignal[] = []
    const detach = signals.attach((signal) => void heard.push(signal))
    expect(heard.map(({ signal, atMs }) => [signal, atMs])).toEqual([
      ['SIGUSR2', atMs],
      ['SIGUSR1', atMs + 10],
    ])
    detach()
    signals.attach((signal) => void heard.push(signal))
    expect(heard).toHaveLength(2)
  })

  test('takes the leases away before the engine is there, in whichever order things become known', () => {
    const first = installed()
    first.send('SIGUSR1')
    expect(first.leases()).toEqual([true, true, true])
    first.signals.setDataDir(first.dataDir)
    expect(first.leases()).toEqual([false, false, false])
    expect(first.open().snapshot()).toMatchObject({ state: 'triggered', source: 'signal-graceful', by: 'SIGUSR1', scope: 'machine' })

    const second = installed()
    second.signals.setDataDir(second.dataDir)
    expect(second.leases()).toEqual([true, true, true])
    second.send('SIGUSR2')
    expect(second.leases()).toEqual([false, false, false])
  })

  test('takes the leases away itself when the engine fails to', () => {
    const { signals, send, leases, dataDir } = installed()
    signals.setDataDir(dataDir)
    signals.attach(() => {
      throw new Error('not composed')
    })
    send('SIGUSR1')
    expect(leases()).toEqual([false, false, false])
  })
})
