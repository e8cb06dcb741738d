// `npm run mpc-party`: two parties on loopback until Ctrl-C, for development. What is made stays in their folder, so that the key is there next time.
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

import { pairCertificates, startPair, type PairCertificates } from './pair'

const USAGE = `npm run mpc-party -- [--folder <folder>] [--port <number>] [--no-refresh]
  --folder      where keys, certificates and shares lie; by default .mpc-party in the project
  --port        where the control plane listens on 127.0.0.1; by default 8787
  --no-refresh  a service that cannot make new shares, as some cannot
`

/** What the pair keeps between runs. In earnest nobody ever holds all of it. */
interface Kept {
  readonly passphrases: readonly [string, string]
  readonly token: string
  readonly certificates: PairCertificates
}

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: '.mpc-party' },
    port: { type: 'string', default: '8787' },
    'no-refresh': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
if (values.help) process.stdout.write(USAGE)
else await run(resolve(values.folder), portOf(values.port), !values['no-refresh'])

async function run(folder: string, port: number, canRefresh: boolean): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  writeFileSync(join(folder, '.gitignore'), '*\n')
  const kept = await keptIn(folder)
  const pair = await startPair({ folder, port, canRefresh, ...kept })
  const { app, appAuthorityPem, plane } = kept.certificates
  const files = { 'authority.pem': appAuthorityPem, 'app.pem': app.certificatePem, 'app-key.pem': app.keyPem, 'token.txt': kept.token }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 })
  process.stdout.write(`
Two parties are running. In Holdfast, under Signers, connect "Two-party MPC":

URL                      ${pair.url()}
server                   authority ${join(folder, 'authority.pem')}
                         or its certificate's SHA-256 ${plane.sha256}
our certificate          ${join(folder, 'app.pem')}
its private key          ${join(folder, 'app-key.pem')}
token                    ${join(folder, 'token.txt')}
shares                   ${pair.folderOf(0)} and ${pair.folderOf(1)}

  WARNING: both shares and both passphrases lie on this machine, and the parties' library is for evaluation only. For development; never with
  anything of value.

Ctrl-C ends both parties; the key stays.
`)
  await new Promise((end) => {
    process.once('SIGINT', end)
    process.once('SIGTERM', end)
  })
  await pair.close()
}

async function keptIn(folder: string): Promise<Kept> {
  const path = join(folder, 'pair.json')
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Kept
  const secret = (): string => randomBytes(24).toString('base64url')
  const kept: Kept = { passphrases: [secret(), secret()], token: secret(), certificates: await pairCertificates(365) }
  writeFileSync(path, JSON.stringify(kept), { mode: 0o600 })
  return kept
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65_535)) throw new Error(`--port takes a port, not "${text}"\n${USAGE}`)
  return port
}
