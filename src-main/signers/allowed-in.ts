import type { Environment } from '../domain/environment'
import type { ServiceAddress, SignerConfig } from '../domain/signer'

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/

/** Whether a URL stays on this machine. */
export function isLoopback(url: string): boolean {
  try {
    return LOOPBACK.test(new URL(url).hostname)
  } catch {
    return false
  }
}

/** Why a signer may not be used in an environment, in one sentence for the log; null when it may (product rows C2, C4). */
export function whyNotIn(environment: Environment, config: SignerConfig): string | null {
  if (environment === 'live' && config.kind === 'env_private_key') return 'a key in an environment variable is for development only'
  if (environment === 'live' && config.kind === 'ledger' && config.transport.type === 'emulator')
    return 'a device emulator is for development only'
  const urls = urlsOf(config)
  const unsafe = urls.find((url) => !url.startsWith('https:') && !isLoopback(url))
  if (unsafe !== undefined) return 'the service must be reached over HTTPS; plain HTTP is for this machine only'
  if (environment === 'live' && isCloud(config) && urls.some(isLoopback))
    return 'a cloud key service on this machine is for development only'
  return null
}

function urlsOf(config: SignerConfig): readonly string[] {
  switch (config.kind) {
    case 'remote':
    case 'mpc_2pc':
      return [serviceUrl(config.service)]
    case 'aws_kms':
    case 'gcp_kms':
      return config.endpoint === null ? [] : [config.endpoint]
    case 'azure_key_vault':
      return config.authorityUrl === null ? [config.vaultUrl] : [config.vaultUrl, config.authorityUrl]
    case 'keystore':
    case 'ledger':
    case 'pkcs11':
    case 'env_private_key':
      return []
  }
}

function serviceUrl({ url }: ServiceAddress): string {
  return url
}

function isCloud({ kind }: SignerConfig): boolean {
  return kind === 'aws_kms' || kind === 'gcp_kms' || kind === 'azure_key_vault'
}
