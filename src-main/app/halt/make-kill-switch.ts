import type { Environment } from '../../domain/environment'
import { KillSwitch } from '../../engine/halt/kill-switch'
import { beginSetUp, isNeverSetUp } from '../../engine/halt/set-up'
import type { HaltVariables } from '../../engine/halt/start-up'
import type { Clock, Scheduler } from '../../lib/clock'
import type { Random } from '../../lib/random'
import type { Desktop } from '../desktop/desktop'

/** What an environment's kill switch lives on, and who hears of it. */
export interface KillSwitchMaking {
  readonly dataDir: string
  readonly clock: Clock
  readonly random: Random
  readonly scheduler: Scheduler
  readonly haltVariables: HaltVariables
  readonly desktop: Desktop
  readonly log: (what: string, thrown: unknown) => void
  /** It was halted a moment ago: whoever halted has said so by now. */
  readonly onHalted: () => void
  readonly onChange: () => void
  /** A halt holds in memory alone; `detail` says why. */
  readonly onNotDurable: (detail: string) => void
}

/** By then whoever halts has said so; what halted by itself is recorded and finished then, ms. */
const NOTICED_AFTER_MS = 50

/** The kill switch of an environment as the disk has it, with its set-up begun where there was none. Windows and the desktop hear of each change. */
export function makeKillSwitch(environment: Environment, making: KillSwitchMaking): KillSwitch {
  const { dataDir, clock, random, scheduler, haltVariables, desktop, log, onHalted, onChange, onNotDurable } = making
  // Before the first halt can come: its record in a folder without this mark is all that is left of a set-up whose keys are gone, and none could be made again.
  if (isNeverSetUp(dataDir, environment)) {
    const begun = beginSetUp(dataDir, environment)
    if (!begun.ok) log(`beginning the set-up of ${environment}: ${begun.error.detail}`, null)
  }
  return new KillSwitch({
    dataDir,
    environment,
    clock,
    random,
    scheduler,
    env: haltVariables,
    ports: {
      onChange: (snapshot) => {
        desktop.publish('halt.changed', snapshot)
        desktop.showHalt(snapshot.state !== 'armed')
        if (snapshot.state === 'triggered') scheduler.after(NOTICED_AFTER_MS, onHalted)
        onChange()
      },
      onTrouble: (problems) => {
        log(`kill switch: ${problems.join('; ')}`, null)
        onNotDurable(problems.join('; '))
      },
    },
  })
}
