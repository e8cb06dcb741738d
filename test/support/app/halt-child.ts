/** What `holdfast halt` does, without Electron: `tsx halt-child.ts <data folder>`. Ends with 0 when trading is halted. */
import { haltFromTerminal } from '../../../src-main/engine/halt/terminal'

process.exitCode = haltFromTerminal({ dataDir: process.argv[2] ?? '', reason: 'halted from a terminal' }).halted ? 0 : 1
