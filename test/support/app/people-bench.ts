import { HOTP, Secret } from 'otpauth'
import { afterEach, beforeEach, expect } from 'vitest'

import { systemClock, type Clock } from '../../../src-main/lib/clock'
import type { CallInput } from '../../../src-preload/contract'
import type { SecureAnswer, SecureTask } from '../../../src-preload/contract/secure'
import { launchApp, memoryVault, removeDataDir, setUp, type TestApp } from './launch'
import { recorded } from './recorded'

/** Text as the main-owned window sends it. */
export const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)
/** What each person of these tests types. */
export const PASSWORDS: Readonly<Record<string, string>> = {
  Ada: 'ada types four words',
  Bob: 'bob types four words',
  Vi: 'vi types four words',
}

type People = Extract<SecureTask, { kind: 'unlock-app' }>['people']
/** How a task is answered. */
export type Way = (task: SecureTask) => SecureAnswer | null
/** A person's name, or recovery keys that are typed at once. */
type Means = string | readonly string[]

const ALL_PERMISSIONS = ['activate', 'deactivate', 'maintenance'] as const

/** An app of its own for each test of a file, set up, with people who prove who they are. To be called once, at the top of a file. */
export function peopleBench() {
  const vault = memoryVault()
  /** The calendar of the app; codes are of it. */
  let aheadMs = 0
  const clock: Clock = { wallMs: () => systemClock.wallMs() + aheadMs, steadyMs: () => systemClock.steadyMs() + aheadMs }
  const secrets = new Map<string, Buffer>()
  let running: TestApp | null = null
  const bench = {
    /** Everything that was asked in the main-owned window. */
    asked: [] as SecureTask[],
    clock,
    get app(): TestApp {
      if (running === null) throw new Error('no test runs')
      return running
    },
    /** Lets time go by, by all clocks. */
    pass: (ms: number) => {
      aheadMs += ms
    },
  }

  beforeEach(async () => {
    aheadMs = 0
    bench.asked = []
    secrets.clear()
    running = await launchApp({ vault, clock })
    await setUp(running)
  })
  afterEach(async () => {
    await bench.app.stop()
    removeDataDir(bench.app.dataDir)
  })

  /** Stops the app, does something to its files, and starts it again. */
  const restart = async (before: () => void = () => undefined): Promise<void> => {
    const { dataDir, recoveryKeys } = bench.app
    await bench.app.stop()
    before()
    running = await launchApp({ dataDir, vault, clock })
    running.recoveryKeys = recoveryKeys
  }
  /** A code that was not used yet: each goes to a later step. */
  const codeOf = (name: string) => {
    aheadMs += 30_000
    const secret = secrets.get(name)
    if (secret === undefined) throw new Error(`${name} has no authenticator`)
    return utf8(
      HOTP.generate({ secret: new Secret({ buffer: new Uint8Array(secret).buffer }), counter: Math.floor(clock.wallMs() / 30_000) }),
    )
  }
  const proofOf = (people: People, name: string, password = PASSWORDS[name]!) => {
    const person = people.find((each) => each.name === name)
    if (person === undefined) throw new Error(`${name} is not asked`)
    return { recoveryKeys: [], operator: { id: person.id, password: utf8(password), code: person.code ? codeOf(name) : null } }
  }
  /** Answers whatever proves by these means, one after another; other tasks as a person would. */
  const by = (...means: readonly Means[]): Way => {
    const left = [...means]
    return (task) => {
      bench.asked.push(task)
      if (task.kind === 'authorise' || task.kind === 'unlock-app') {
        const next = left.shift()
        if (next === undefined) return null
        const proof = typeof next === 'string' ? proofOf(task.people, next) : { recoveryKeys: next.map(utf8) }
        return { kind: task.kind, id: task.id, ...proof }
      }
      if (task.kind === 'set-password') return { kind: task.kind, id: task.id, password: utf8(PASSWORDS[task.name]!) }
      if (task.kind === 'enrol-second-factor') {
        secrets.set(task.name, Buffer.from(Secret.fromBase32(task.base32).bytes))
        return { kind: task.kind, id: task.id, password: utf8(PASSWORDS[task.name]!), code: codeOf(task.name) }
      }
      if (task.kind === 'show-recovery-keys') {
        bench.app.recoveryKeys = [...bench.app.recoveryKeys, ...task.codes]
        return { kind: task.kind, id: task.id, lastCharacters: task.codes.map((code) => code.slice(-4)) }
      }
      return null
    }
  }
  const key = (index: number): readonly [string] => [bench.app.recoveryKeys[index]!]
  const bothKeys = (): readonly [string, string] => [bench.app.recoveryKeys[0]!, bench.app.recoveryKeys[1]!]
  /** Names a person, allowed by these means; gives their id. */
  const add = async (name: string, role: 'viewer' | 'trader' | 'admin', means: Way = by(key(0))): Promise<string> => {
    const { app } = bench
    app.answer = means
    const permissions = role === 'admin' ? [...ALL_PERMISSIONS] : ['activate' as const]
    const { done } = await app.must('authority.addOperator', { name, role, permissions, expiresAtMs: null })
    expect(done, JSON.stringify(app.lastProblem)).toBe(true)
    const { operators } = await app.must('authority.get', {})
    return operators.find((operator) => operator.name === name)!.id
  }
  const unlock = async (...means: readonly Means[]): Promise<boolean> => {
    bench.app.answer = by(...means)
    return (await bench.app.must('authority.unlock', {})).unlocked
  }
  const setRules = async (means: Way, change: Partial<CallInput<'authority.setRules'>>) => {
    bench.app.answer = means
    return bench.app.call('authority.setRules', { approvals: [], secondFactor: 'where-enrolled', lockAfterMinutes: 15, ...change })
  }
  const halt = () => bench.app.must('halt.trigger', { mode: 'gate-only', scope: 'machine', source: 'button' })
  const release = async (means: Way) => {
    bench.app.answer = means
    return (await bench.app.must('halt.release', { reason: 'the drill is over', acknowledge: [] })).released
  }
  return Object.assign(bench, {
    ...{ restart, codeOf, proofOf, by, key, bothKeys, add, unlock, setRules, halt, release },
    records: (type: string) => recorded(bench.app, type),
  })
}
