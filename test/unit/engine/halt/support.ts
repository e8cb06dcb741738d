import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

import type { Environment } from '../../../../src-main/domain/environment'
import type { KillSwitchSnapshot } from '../../../../src-main/domain/kill-switch'
import { KillSwitch } from '../../../../src-main/engine/halt/kill-switch'
import type { HaltRequest, KillSwitchOptions, RecoveryProof, ReleaseRequest } from '../../../../src-main/engine/halt/kill-switch-types'
import { initialise } from '../../../../src-main/engine/halt/set-up'
import type { Random } from '../../../../src-main/lib/random'
import { FakeClock } from '../../../support/fake-clock'
import { allWell } from '../../../support/release-facts'

/** Repeatable bytes that never repeat themselves. */
export function countingRandom(seed = 'seed'): Random {
  let count = 0
  const bytes = (length: number): Uint8Array => {
    const block = createHash('sha512').update(`${seed}${count++}`).digest()
    return block.subarray(0, length)
  }
  return { bytes, uuid: () => `00000000-0000-4000-8000-${Buffer.from(bytes(6)).toString('hex')}` }
}

/** An empty 0700 folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-halt-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A kill switch on a real folder, with everything it said. */
export interface Bench {
  readonly dataDir: string
  readonly clock: FakeClock
  readonly random: Random
  readonly changes: KillSwitchSnapshot[]
  readonly trouble: string[]
  readonly steps: string[]
  open(options?: Partial<KillSwitchOptions>): KillSwitch
}

/** A data folder in which `environments` are armed. */
export function bench(environments: readonly Environment[] = ['paper']): Bench {
  const dataDir = temporaryFolder()
  const clock = new FakeClock()
  const random = countingRandom(dataDir)
  for (const environment of environments) {
    const made = initialise(dataDir, environment, random, clock.wallMs())
    if (!made.ok) throw new Error(made.error.detail)
  }
  const changes: KillSwitchSnapshot[] = []
  const trouble: string[] = []
  const steps: string[] = []
  const ports = {
    onChange: (snapshot: KillSwitchSnapshot) => void changes.push(snapshot),
    onTrouble: (problems: readonly string[]) => void trouble.push(...problems),
    onStep: (step: string) => void steps.push(step),
  }
  const open = (options: Partial<KillSwitchOptions> = {}): KillSwitch => {
    const killSwitch = new KillSwitch({ dataDir, environment: 'paper', clock, random, env: {}, ports, ...options })
    onTestFinished(() => killSwitch.dispose())
    return killSwitch
  }
  return { dataDir, clock, random, changes, trouble, steps, open }
}

/** One press of the button. */
export const BUTTON: HaltRequest = { source: 'button', by: 'operator', reason: 'Looks wrong.', scope: 'machine', mode: 'gate-only' }

/** A proof by one recovery key. */
export function proofFor(recoveryId: string, nowMs: number, change: Partial<RecoveryProof> = {}): RecoveryProof {
  return { recoveryId, means: ['key-1'], permissions: ['deactivate'], provenAtMs: nowMs, ...change }
}

/** Begins a recovery and asks for the release, with everything in order but what `change` says. */
export function tryRelease(
  killSwitch: KillSwitch,
  clock: FakeClock,
  change: Partial<ReleaseRequest> = {},
): ReturnType<KillSwitch['release']> {
  const begun = killSwitch.beginRecovery({ by: 'operator', reason: 'looked into it' })
  if (!begun.ok) return begun
  const nowMs = clock.steadyMs()
  const authorised = proofFor(begun.value.recoveryId, nowMs)
  return killSwitch.release({ authorised, by: 'operator', reason: 'All is well.', facts: allWell(nowMs), acknowledgements: [], ...change })
}
