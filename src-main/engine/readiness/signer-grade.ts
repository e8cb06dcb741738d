import type { SignerConfig } from '../../domain/signer'
import { assertNever } from '../../lib/assert-never'

/**
 * Whether a key is where whoever owns this machine cannot copy it: in a device, an HSM, a cloud's key service, or shared with a signing service elsewhere. A keystore
 * file is not: encrypted or not, it lies on the disk of the app that uses it, and while it is unlocked the key is in this machine's memory. It may trade beside
 * another signer, but readiness for real money does not rest on it alone.
 */
export function isProductionGrade(config: SignerConfig): boolean {
  switch (config.kind) {
    case 'remote':
    case 'mpc_2pc':
      return !isDevelopmentKey(config) && !isOnThisMachine(config.service.url)
    case 'ledger':
    case 'pkcs11':
    case 'aws_kms':
    case 'gcp_kms':
    case 'azure_key_vault':
      return !isDevelopmentKey(config)
    case 'keystore':
    case 'env_private_key':
      return false
    default:
      return assertNever(config, 'signer')
  }
}

/** Whether it is meant for development: a key in a variable, a device that is emulated, a service that is a stand-in on this very machine. */
export function isDevelopmentKey(config: SignerConfig): boolean {
  switch (config.kind) {
    case 'env_private_key':
      return true
    case 'ledger':
      return config.transport.type === 'emulator'
    case 'remote':
    case 'mpc_2pc':
      return config.service.url.startsWith('http:')
    case 'aws_kms':
    case 'gcp_kms':
      return config.endpoint !== null && isOnThisMachine(config.endpoint)
    case 'azure_key_vault':
      return isOnThisMachine(config.vaultUrl)
    case 'pkcs11':
      return /softhsm/i.test(config.libraryPath)
    case 'keystore':
      return false
    default:
      return assertNever(config, 'signer')
  }
}

function isOnThisMachine(address: string): boolean {
  // Without a scheme it is a host and a port, as the cloud libraries take it.
  const host = hostOf(address) ?? hostOf(`https://${address}`)
  return host === null || host === 'localhost' || host === '[::1]' || /^127\./.test(host)
}

function hostOf(address: string): string | null {
  try {
    return new URL(address).hostname || null
  } catch {
    return null
  }
}
