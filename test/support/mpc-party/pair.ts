import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { createAuthority, type Identity } from '../signers/certificates'
import type { MutualTls } from './mutual-tls'
import type { PartySettings } from './party'

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url))
const PARTY = fileURLToPath(new URL('./party.ts', import.meta.url))

/** Who is who: the app and the leader know each other by one authority, the two parties by another. */
export interface PairCertificates {
  readonly appAuthorityPem: string
  readonly partyAuthorityPem: string
  readonly app: Identity
  /** The leader towards the app. */
  readonly plane: Identity
  /** The leader towards the follower. */
  readonly leader: Identity
  readonly follower: Identity
}

/** How a pair is set up. */
export interface PairOptions {
  /** Each party has a folder of its own in it. In earnest they are two machines of two people. */
  readonly folder: string
  readonly passphrases: readonly [string, string]
  readonly certificates: PairCertificates
  readonly token: string | null
  readonly canRefresh?: boolean
  /** Where the leader listens; any free port unless said. */
  readonly port?: number
}

/** Two running parties, by number: 0 leads, 1 follows. */
export interface Pair {
  readonly url: () => string
  readonly folderOf: (party: 0 | 1) => string
  start(party: 0 | 1): Promise<void>
  /** Ends a party's process at once, as a crash would. */
  stop(party: 0 | 1): Promise<void>
  close(): Promise<void>
}

/** Makes the certificates of a pair, good for some days. */
export async function pairCertificates(days = 30): Promise<PairCertificates> {
  const [apps, parties] = await Promise.all([createAuthority('Authority of the apps'), createAuthority('Authority of the parties')])
  const [app, plane, leader, follower] = await Promise.all([
    apps.issue({ name: 'holdfast', days }),
    apps.issue({ name: 'mpc control plane', days }),
    parties.issue({ name: 'party 0', days }),
    parties.issue({ name: 'party 1', days }),
  ])
  return { appAuthorityPem: apps.certificatePem, partyAuthorityPem: parties.certificatePem, app, plane, leader, follower }
}

/** Starts both parties, each in a process of its own. */
export async function startPair(options: PairOptions): Promise<Pair> {
  const { folder, passphrases, certificates, token, canRefresh = true } = options
  const running: [ChildProcess | null, ChildProcess | null] = [null, null]
  const ports: [number, number] = [options.port ?? 0, 0]
  const folderOf = (party: 0 | 1): string => join(folder, `party-${party}`)

  const settingsOf = (party: 0 | 1): PartySettings => {
    const own = { folder: folderOf(party), passphrase: passphrases[party], port: ports[party] }
    if (party === 1) return { ...own, tls: end(certificates.follower, certificates.partyAuthorityPem), leads: null }
    const peer = { url: `https://127.0.0.1:${ports[1]}`, tls: end(certificates.leader, certificates.partyAuthorityPem) }
    return { ...own, tls: end(certificates.plane, certificates.appAuthorityPem), leads: { peer, token, canRefresh } }
  }

  const stop = async (party: 0 | 1): Promise<void> => {
    const child = running[party]
    running[party] = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  const start = async (party: 0 | 1): Promise<void> => {
    const child = fork(PARTY, [], {
      cwd: PROJECT,
      execArgv: ['--import', 'tsx'],
      env: { PATH: process.env['PATH'] },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    running[party] = child
    let complaint = ''
    child.stderr?.on('data', (chunk: Buffer) => (complaint = `${complaint}${chunk.toString()}`.slice(-2_000)))
    const gone = once(child, 'exit').then(() => {
      throw new Error(`party ${party} ended: ${complaint}`)
    })
    gone.catch(() => undefined)
    child.send(settingsOf(party))
    const [message] = (await Promise.race([once(child, 'message'), gone])) as [{ port: number }]
    ports[party] = message.port
  }

  // The follower first: the leader is told where it is.
  await start(1)
  await start(0)
  return {
    url: () => `https://127.0.0.1:${ports[0]}`,
    folderOf,
    start,
    stop,
    close: async () => {
      await Promise.all([stop(0), stop(1)])
    },
  }
}

function end({ certificatePem, keyPem }: Identity, peerAuthorityPem: string): MutualTls {
  return { certificatePem, keyPem, peerAuthorityPem }
}
