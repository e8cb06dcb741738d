import type { OutsideRef } from '../domain/secret-source'
import { err, type Result } from '../lib/result'
import { readField } from './read-field'

/** Asks a Vault for a path and gives what it answered; the token is the caller's matter. An error is a reason for the log. */
export type AskVault = (path: string) => Promise<Result<{ readonly status: number; readonly text: string }, string>>

/** Reads one field of the newest version of a secret (HashiCorp Vault HTTP API, KV secrets engine version 2, "Read secret version"). */
export async function readVaultKv(ref: Extract<OutsideRef, { kind: 'vault' }>, ask: AskVault): Promise<Result<Buffer, string>> {
  const path = [ref.mount, 'data', ...ref.path.split('/')].map(encodeURIComponent).join('/')
  const answered = await ask(`/v1/${path}`)
  if (!answered.ok) return answered
  const { status, text } = answered.value
  if (status === 403) return err('the vault does not let this token read it')
  if (status === 404) return err('there is no such secret in the vault')
  if (status === 503) return err('the vault is sealed')
  if (status !== 200) return err(`the vault answered ${status}`)
  return readField(dataOf(text), ref.field)
}

function dataOf(text: string): unknown {
  try {
    const { data } = JSON.parse(text) as { data?: { data?: unknown } }
    return data?.data
  } catch {
    return null
  }
}
