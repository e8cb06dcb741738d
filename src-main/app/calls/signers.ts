import { basename } from 'node:path'

import type { SignerView } from '../../../src-preload/contract/signers'
import type { Problem, Reply } from '../../../src-preload/contract/problem'
import type { SecureAnswer, SecureTask } from '../../../src-preload/contract/secure'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import { err, type Result } from '../../lib/result'
import type { KeystoreFileFailureCode } from '../../signers/keystore/keystore-files'
import { parseKeystore } from '../../signers/keystore/keystore-format'
import type { SignerEntry } from '../compose/signers/signer-service'
import type { AppContext } from '../context'
import type { JudgeAnswer } from '../windows/secure-window'
import { readChosenFile } from './chosen-file'
import { inEnvironment } from './in-environment'

type Names = 'signer.list' | 'signer.create' | 'signer.import' | 'signer.unlock' | 'signer.lock' | 'signer.test'
type Added = Result<string, { readonly code: KeystoreFileFailureCode; readonly detail: string }>

const MAX_KEYSTORE_BYTES = 100_000

/** Calls about signers. Whatever secret they need is typed in the main-owned window and never seen here but as bytes on their way to the key host. */
export function signerCalls(context: AppContext): Pick<AppCalls, Names> {
  return {
    'signer.list': () => inEnvironment(context, ({ signers }) => valueReply(signers.list().map(signerView))),
    'signer.create': ({ label }) =>
      inEnvironment(context, ({ signers }) =>
        addSigner(context, { kind: 'create-keystore', id: context.random.uuid(), label }, (answer) =>
          answer.kind === 'create-keystore' ? signers.create(label, Buffer.from(answer.password)) : refuseAnswer(),
        ),
      ),
    'signer.import': ({ label, from }) =>
      inEnvironment(context, async ({ signers }) => {
        const id = context.random.uuid()
        if (from === 'private-key') {
          return addSigner(context, { kind: 'import-key', id, label }, (answer) => {
            if (answer.kind !== 'import-key') return refuseAnswer()
            const key = privateKeyBytes(answer.privateKey)
            return key === null
              ? refuseAnswer('not a 32-byte hex private key')
              : signers.importKey(label, key, Buffer.from(answer.password))
          })
        }
        const path = await context.desktop.openFile('Choose a keystore file')
        if (path === null) return problemReply('CANCELED_BY_USER')
        const read = readChosenFile(path, MAX_KEYSTORE_BYTES, 'CORRUPT_KEYSTORE')
        if (!read.ok) return { ok: false, problem: read.error }
        const text = read.value
        const parsed = parseKeystore(text)
        if (!parsed.ok) return problemReply('CORRUPT_KEYSTORE', { detail: parsed.error.detail.slice(0, 500) })
        const task = { kind: 'import-keystore-file', id, label, file: basename(path).slice(0, 200), address: parsed.value.address } as const
        return addSigner(context, task, (answer) =>
          answer.kind === 'import-keystore-file' ? signers.importFile(label, text, Buffer.from(answer.password)) : refuseAnswer(),
        )
      }),
    'signer.unlock': ({ id }) =>
      inEnvironment(context, async ({ signers, settings }) => {
        const signer = signers.list().find((entry) => entry.id === id)
        if (signer === undefined) return problemReply('NOT_FOUND')
        const asked = context.desktop.ask(
          { kind: 'unlock-keystore', id: context.random.uuid(), label: signer.label, address: signer.address },
          async (answer) => {
            if (answer.kind !== 'unlock-keystore') return { code: 'FORBIDDEN', figures: {} }
            const result = await signers.unlock(id, Buffer.from(answer.password), settings.get().unlockMinutes * 60_000)
            return result.ok ? null : signerProblem(result.error.code, result.error.detail)
          },
        )
        if (asked === 'busy') return problemReply('BUSY')
        // The process that will hold the key starts while the password is typed, and is gone with the question if it was not used.
        const asksNoMore = signers.prepare(id)
        try {
          return valueReply({ unlocked: await asked })
        } finally {
          await asksNoMore()
        }
      }),
    'signer.lock': ({ id }) =>
      inEnvironment(context, async ({ signers }) => {
        await signers.lock(id)
        return valueReply({})
      }),
    'signer.test': ({ id }) =>
      inEnvironment(context, async ({ engine, chain }) => {
        // What may be signed is said by the policy, and that knows the chain's own number only.
        if (chain.chainProfile === null) return problemReply('VENUE_CLOSED', { detail: 'Connect a chain first.' })
        const startedMs = context.clock.steadyMs()
        const signed = await engine.testSigner(id, chain.chainProfile.chainId, context.actor())
        if (!signed.ok) return { ok: false, problem: { code: signed.error.code, figures: { ...signed.error.figures } } }
        return valueReply({ ok: true, latencyMs: Math.round(context.clock.steadyMs() - startedMs) })
      }),
  }
}

/** A signer as windows see it. */
export function signerView(entry: SignerEntry): SignerView {
  const { status, lastSuccessMs, latencyMs, locksAtMs, detail } = entry.health
  const { id, kind, label, address, attended, signsTypedData, turn, config, checkedAtMs } = entry
  return {
    id,
    kind,
    label,
    address,
    attended,
    signsTypedData,
    turn,
    config,
    checkedAtMs: checkedAtMs === null ? null : Math.round(checkedAtMs),
    status,
    locksAtMs: locksAtMs === null ? null : Math.round(locksAtMs),
    lastSuccessMs: lastSuccessMs === null ? null : Math.round(lastSuccessMs),
    latencyMs,
    detail: detail.slice(0, 200),
  }
}

function refuseAnswer(detail = 'an answer to another question'): Promise<Added> {
  return Promise.resolve(err({ code: 'CORRUPT_KEYSTORE', detail }))
}

async function addSigner(
  context: AppContext,
  task: SecureTask,
  add: (answer: SecureAnswer) => Promise<Added>,
): Promise<Reply<{ id: string | null }>> {
  let id: string | null = null
  const done = await ask(context, task, async (answer) => {
    const added = await add(answer)
    if (!added.ok) return signerProblem(added.error.code, added.error.detail)
    id = added.value
    return null
  })
  return done.ok ? valueReply({ id }) : done
}

/** Asks something in the main-owned window; whether it was answered. */
export async function ask(context: AppContext, task: SecureTask, judge: JudgeAnswer): Promise<Reply<boolean>> {
  const asked = context.desktop.ask(task, judge)
  return asked === 'busy' ? problemReply('BUSY') : valueReply(await asked)
}

/** Reads a typed private key: 64 hex digits, with or without 0x. The typed bytes are left to the caller to wipe. */
function privateKeyBytes(typed: Uint8Array): Buffer | null {
  const text = Buffer.from(typed.buffer, typed.byteOffset, typed.byteLength)
  let start = 0
  let end = text.length
  while (start < end && isBlank(text[start])) start += 1
  while (end > start && isBlank(text[end - 1])) end -= 1
  if (text[start] === 0x30 && (text[start + 1] === 0x78 || text[start + 1] === 0x58)) start += 2
  if (end - start !== 64) return null
  const key = Buffer.alloc(32)
  for (let index = 0; index < 32; index += 1) {
    const high = hexDigit(text[start + 2 * index])
    const low = hexDigit(text[start + 2 * index + 1])
    if (high === null || low === null) {
      key.fill(0)
      return null
    }
    key[index] = (high << 4) | low
  }
  return key
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function hexDigit(byte: number | undefined): number | null {
  if (byte === undefined) return null
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : null
}

function signerProblem(code: KeystoreFileFailureCode, detail: string): Problem {
  const figures = { detail: detail.slice(0, 500) }
  switch (code) {
    case 'WRONG_PASSWORD':
    case 'CORRUPT_KEYSTORE':
    case 'DISK_FULL':
      return { code, figures }
    case 'ALREADY_THERE':
      return { code: 'ALREADY_EXISTS', figures }
    case 'NOT_FOUND':
      return { code: 'NOT_FOUND', figures }
    case 'LOCKED':
      return { code: 'SIGNER_LOCKED', figures }
    case 'TIMEOUT':
      return { code: 'TIMEOUT_ERROR', figures }
    default:
      return { code: 'SIGNER_UNAVAILABLE', figures }
  }
}
