import { app } from 'electron'

import type { HaltSignals } from '../engine/halt/signals'
import { readCommand } from './start/command-line'
import { haltCommand } from './halt/halt-command'
import { dataDirectory, prepareDataDirectory } from './start/paths'
import { registerAppScheme } from './security/app-protocol'
import { openDesktopApp } from './desktop/desktop-app'

/** Starts what the command line asks for. */
export function main(signals: HaltSignals): void {
  const command = readCommand(process.argv)
  if (command.kind === 'halt') {
    // Needs no window, no lock and no database, so it works while another instance hangs.
    app.exit(haltCommand(dataDirectory(), command.reason))
    return
  }
  registerAppScheme()
  if (command.kind === 'audit') {
    void app.whenReady().then(async () => {
      const { auditCommand } = await import('./start/audit-command')
      app.exit(await auditCommand(command.args))
    })
    return
  }
  // Together with --no-sandbox (a root shell on a development machine) it would break every renderer.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  if (!app.requestSingleInstanceLock()) {
    process.stderr.write('Holdfast is running already.\n')
    app.exit(0)
    return
  }
  signals.setDataDir(prepareDataDirectory())
  void app.whenReady().then(() => openDesktopApp(signals))
}
