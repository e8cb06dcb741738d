import type { Page } from '@playwright/test'
import { keccak256, toUtf8Bytes } from 'ethers'

import { secretUsesOf } from '../../../src-main/domain/secret-use'
import type { SignerConfig } from '../../../src-main/domain/signer'
import { approveWith, storeSecret, valueOf } from '../../e2e/harness/call'
import type { RunningHoldfast } from '../../e2e/harness/launch'
import { startAwsKmsPart } from '../../support/signers/aws-kms-part'
import { startAzureKeyVaultPart } from '../../support/signers/azure-kms-part'
import { startEnvKeyPart } from '../../support/signers/env-key-part'
import { startGcpKmsPart } from '../../support/signers/gcp-kms-part'
import { startLedgerPart } from '../../support/signers/ledger-part'
import { startMpcPart } from '../../support/signers/mpc-part'
import { startPkcs11Part } from '../../support/signers/pkcs11-part'
import { startRemotePart } from '../../support/signers/remote-part'

/** What is needed of a part. */
interface Part {
  readonly config: SignerConfig
  readonly secrets: Readonly<Record<string, string>>
  readonly address: string
  readonly env?: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** The parts behind one signer of every kind but the keystore, which has none; each with a key of its own where it takes one. */
export async function startParts(): Promise<readonly Part[]> {
  const key = (of: string): string => keccak256(toUtf8Bytes(`a key for ${of}`))
  return [
    await startLedgerPart({ privateKey: key('ledger') }),
    await startRemotePart({ dialect: 'web3signer', key: key('remote'), timeoutMs: 10_000 }),
    await startMpcPart(),
    startPkcs11Part({ privateKey: key('pkcs11') }),
    await startAwsKmsPart({ privateKey: key('aws') }),
    await startGcpKmsPart({ privateKey: key('gcp') }),
    await startAzureKeyVaultPart({ privateKey: key('azure') }),
    startEnvKeyPart(),
  ]
}

/** What the app needs in its environment to reach the parts. */
export function envOf(parts: readonly Part[]): Readonly<Record<string, string>> {
  return Object.assign({}, ...parts.map(({ env }) => env ?? {})) as Record<string, string>
}

/** Configures a signer of every kind, as a person does by the window: secrets typed, and places and a library allowed, in the main-owned one, everything else by the bridge. */
export async function configureAll(running: RunningHoldfast, parts: readonly Part[], [key = '']: readonly string[]): Promise<void> {
  await valueOf(running, 'signer.create', { label: 'keystore' }, [typePassword])
  for (const { config, secrets, address } of parts) {
    let text = JSON.stringify(config)
    for (const { ref, purpose } of secretUsesOf(config))
      text = text.replaceAll(ref, await storeSecret(running, purpose, config.kind, secrets[ref] ?? ''))
    const approve = config.kind === 'env_private_key' ? [] : [approveWith(key)]
    await valueOf(running, 'signer.add', { label: config.kind, config: JSON.parse(text) as unknown, address }, approve)
  }
}

/** Waits until every signer was looked at once since the start; answers how many there are. */
export async function untilLookedAt(running: RunningHoldfast): Promise<number> {
  for (;;) {
    const signers = (await valueOf(running, 'signer.list', {})) as readonly { kind: string; checkedAtMs: number | null }[]
    if (signers.every(({ kind, checkedAtMs }) => kind === 'keystore' || checkedAtMs !== null)) return signers.length
    await running.page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)))
  }
}

async function typePassword(secure: Page): Promise<void> {
  for (const label of ['Password', 'Repeat password']) await secure.getByLabel(label, { exact: true }).fill('four random words here')
  await secure.locator('button[type="submit"]').click()
}
