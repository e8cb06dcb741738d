import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { allowing } from '../../support/app/allowing'
import { armedDataDir, launchApp, removeDataDir, type TestApp } from '../../support/app/launch'
import { forkVendorHost } from '../../support/signers/fork-vendor-host'
import { startLedgerPart, type LedgerPart } from '../../support/signers/ledger-part'

const CHECK = resolve(import.meta.dirname, '../../../build/check-export.mjs')
let app: TestApp
let ledger: LedgerPart
let signerId: string

beforeEach(async () => {
  ledger = await startLedgerPart({ driver: 'ledgerjs' })
  app = await launchApp({ dataDir: armedDataDir(), spawnVendorHost: () => forkVendorHost() })
  signerId = await addLedger()
})
afterEach(async () => {
  await app.stop()
  await ledger.close()
  removeDataDir(app.dataDir)
})

async function addLedger(): Promise<string> {
  const { id } = await allowing(app, () => app.must('signer.add', { label: 'Desk Ledger', config: ledger.config, address: ledger.address }))
  return id
}
const rows = async (type: string) =>
  (
    await app.must('audit.page', {
      filter: { sinceMs: null, untilMs: null, categories: [], severities: [], type, text: null },
      offset: 0,
      limit: 50,
    })
  ).rows
const dataOf = async (seq: number) => JSON.parse((await app.must('audit.entry', { seq })).dataJson) as Record<string, unknown>

/** Exports everything and runs the stand-alone check on it, in a process of its own without the app. */
async function checkAlone(change: (text: string) => string = (text) => text, ...more: string[]) {
  app.chosenFile = join(app.dataDir, 'export.jsonl')
  await app.must('audit.export', { filter: { sinceMs: null, untilMs: null, categories: [], severities: [], type: null, text: null } })
  writeFileSync(app.chosenFile, change(readFileSync(app.chosenFile, 'utf8')))
  const run = promisify(execFile)(process.execPath, [CHECK, app.chosenFile, ...more])
  return run.then(
    ({ stdout }) => ({ code: 0, stdout }),
    (failed: unknown) => failed as { readonly code: number; readonly stdout: string },
  )
}

describe('B3: the head of the record, signed on a Ledger', () => {
  test('B3: what is signed is the anchored head, it is on record, listed, and found whole by the check and by the stand-alone one', async () => {
    const asked = app.heard('signer.interaction', ({ required }) => required === 'confirm-on-device')
    const voucher = await app.must('audit.signHead', { signerId })
    expect(voucher).toMatchObject({ address: ledger.address, kind: 'ledger', by: 'operator', problem: null })
    // What the window was told is what stood on the device.
    expect((await asked).shows?.screens).toEqual(ledger.device.deviceScreens())
    // On the device stood exactly this head.
    const { hash } = await app.must('audit.entry', { seq: voucher.headSeq })
    expect(JSON.stringify(ledger.device.deviceScreens())).toContain(hash)
    expect(await dataOf(voucher.seq)).toMatchObject({ headSeq: voucher.headSeq, headHash: hash, address: ledger.address, kind: 'ledger' })
    expect((await app.must('audit.vouchers', {})).vouchers).toEqual([voucher])

    const { verdict, breaks } = await app.must('audit.verify', {})
    expect([verdict, breaks]).toEqual(['intact', []])

    const alone = await checkAlone(undefined, '--by', ledger.address)
    expect(alone.stdout).toContain(
      `Vouched for by ${ledger.address} (ledger) up to entry ${voucher.headSeq}, of which those from 1 on are in this file`,
    )
    expect(alone.code).toBe(0)
    expect((await checkAlone(undefined, '--by', `0x${'11'.repeat(20)}`)).code).toBe(1)
  })

  test('B3: a halt does not keep anybody from it', async () => {
    await app.must('halt.trigger', { mode: 'gate-only', scope: 'environment', source: 'button' })
    expect(app.holdfast.halted).toBe(true)
    expect(await app.must('audit.signHead', { signerId })).toMatchObject({ problem: null })
  })

  test('B3: somebody who says no at the device vouches for nothing', async () => {
    ledger.device.state.person = 'reject'
    expect(await app.call('audit.signHead', { signerId })).toMatchObject({
      ok: false,
      problem: { code: 'SIGNER_REFUSED', figures: { reason: 'REJECTED_BY_USER' } },
    })
    expect(await rows('AuditHeadSigned')).toEqual([])
    expect(await rows('SigningFailed')).toHaveLength(1)
  })

  test('B3: a device that signs something else vouches for nothing, and the mismatch is on record', async () => {
    ledger.misbehave('other-key')
    expect(await app.call('audit.signHead', { signerId })).toMatchObject({ ok: false })
    expect(await rows('AuditHeadSigned')).toEqual([])
  })

  test('B3: the stand-alone check names what was changed after it was vouched for', async () => {
    const { seq, headSeq } = await app.must('audit.signHead', { signerId })
    const edited = await checkAlone((text) => text.replace('"actor":"operator"', '"actor":"somebody"'))
    expect(edited.stdout).toMatch(/BROKEN {2}entry \d+ is not what was hashed/)
    expect(edited.code).toBe(1)

    const cut = await checkAlone((text) =>
      text
        .split('\n')
        .filter((line) => !line.startsWith(`{"seq":${headSeq - 1},`))
        .join('\n'),
    )
    expect(cut.code).toBe(1)
    const other = await checkAlone((text) => text.replace(/"signature":"0x.{4}/, '"signature":"0x1234'))
    expect(other.stdout).toContain(`VOUCHER_MISMATCH entry ${seq}: the signature is not one of ${ledger.address}`)
  })
})
