import { haltFromTerminal } from '../../engine/halt/terminal'

/** Halts from a terminal and says what came of it. Answers the exit code: 0 when trading is halted. */
export function haltCommand(dataDir: string, reason: string): number {
  const { halted, problems } = haltFromTerminal({ dataDir, reason })
  const what = halted
    ? 'Trading is halted.'
    : 'Trading could not be halted. Name the data folder of the app in HOLDFAST_DATA_DIR, or make a file of the name “kill” in it.'
  process.stdout.write(`${[what, ...problems].join(' ')}\n`)
  return halted ? 0 : 1
}
