import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { connect } from 'node:net'

import { err, ok, type Result } from '../../lib/result'
import type { SignerFailure } from '../signer'
import type { VendorConfig } from './vendor'

/** How long a connection may take to come about, ms. */
const CONNECT_MS = 5_000

/** Looks from outside whether a kind could be used: whether its service takes connections, or its module is there. Loads nothing. */
export async function lightLook(config: VendorConfig, signal: AbortSignal): Promise<Result<string, SignerFailure>> {
  switch (config.kind) {
    case 'pkcs11':
      return access(config.libraryPath, constants.R_OK).then(
        () => ok('not used yet; its module is there'),
        () => err({ code: 'NOT_INSTALLED', detail: `there is no module at ${config.libraryPath}` }),
      )
    case 'env_private_key':
      return process.env[config.variable] === undefined
        ? err({ code: 'SECRET_UNAVAILABLE', detail: `the variable ${config.variable} is not set` })
        : ok('not used yet; the variable is set')
    case 'aws_kms':
      return reachable(config.endpoint ?? `https://kms.${config.region}.amazonaws.com`, signal)
    case 'gcp_kms':
      return reachable(config.endpoint ?? 'https://cloudkms.googleapis.com', signal)
    case 'azure_key_vault':
      return reachable(config.vaultUrl, signal)
  }
}

function reachable(url: string, signal: AbortSignal): Promise<Result<string, SignerFailure>> {
  const { hostname, port, protocol } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port) })
    const settle = (outcome: Result<string, SignerFailure>): void => {
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      resolve(outcome)
    }
    const onAbort = (): void => settle(err({ code: 'UNAVAILABLE', detail: `${hostname} did not answer in time` }))
    signal.addEventListener('abort', onAbort, { once: true })
    socket.setTimeout(CONNECT_MS, onAbort)
    socket.once('connect', () => settle(ok('not used yet; the service takes connections')))
    socket.once('error', (error) => settle(err({ code: 'UNAVAILABLE', detail: error.message.slice(0, 200) })))
  })
}
