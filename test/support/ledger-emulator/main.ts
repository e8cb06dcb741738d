import { LedgerEmulator } from './device'
import { plugIntoHttp, plugIntoTcp } from './servers'

/** The emulator as a process: `npx tsx test/support/ledger-emulator/main.ts [--port 9999] [--tcp-port 9998]`. Its keys are those of every development chain. */
const device = new LedgerEmulator({ person: process.argv.includes('--wait') ? 'wait' : 'approve' })
const plug = await plugIntoHttp(device, portOf('--port'))
const tcp = process.argv.includes('--tcp-port') ? await plugIntoTcp(device, portOf('--tcp-port')) : null
process.stdout.write(`${JSON.stringify({ http: plug.url, tcp: tcp?.url ?? null, address: device.keys.addressAt("44'/60'/0'/0/0") })}\n`)

function portOf(name: string): number {
  const at = process.argv.indexOf(name)
  return at < 0 ? 0 : Number(process.argv[at + 1] ?? 0)
}
