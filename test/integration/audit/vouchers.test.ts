import { writeFileSync } from 'node:fs'

import { Wallet } from 'ethers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import type { AuditLog } from '../../../src-main/audit/audit'
import { runAuditCli } from '../../../src-main/audit/cli'
import { AUDIT_HEAD_SIGNED, voucherFact, type HeadVoucher } from '../../../src-main/domain/head-voucher'
import { auditHeadMessage } from '../../../src-main/domain/own-typed-data'
import { ok } from '../../../src-main/lib/result'
import { OTHER_KEY, SIGNER_ADDRESS, SIGNER_KEY } from '../../support/app/bench-chain'
import { fact, inShort, rowAt, setRow, Workshop } from './workshop'

const AT_MS = 1_790_000_000_000
const YEARS_MS = 10 * 365 * 24 * 3_600_000
let shop: Workshop

beforeEach(() => {
  shop = new Workshop().filled(20)
})
afterEach(() => {
  shop.remove()
})

/** A voucher for a head, signed with a key as a device would. */
async function vouch(head: { seq: number; hashHex: string }, changed: Partial<HeadVoucher> = {}, key = SIGNER_KEY): Promise<HeadVoucher> {
  const statement = { environment: 'paper', seq: head.seq, hash: `0x${head.hashHex}`, atMs: AT_MS }
  const { domain, types, message } = auditHeadMessage(statement)
  const signature = (await new Wallet(key).signTypedData(domain, types as never, message)) as HeadVoucher['signature']
  return { headSeq: head.seq, headHashHex: head.hashHex, atMs: AT_MS, address: SIGNER_ADDRESS, kind: 'ledger', signature, ...changed }
}
async function vouched(log: AuditLog): Promise<number> {
  return log.append(voucherFact(await vouch(log.head()), 'ada')).seq
}
const cli = async (): Promise<{ code: number; out: readonly string[] }> => {
  const out: string[] = []
  const code = await runAuditCli(['verify'], {
    openForEnvironment: async () => ok({ db: shop.db, key: shop.key, anchorPath: shop.anchorPath, close: () => undefined }),
    out: (line) => out.push(line),
    err: (line) => out.push(line),
  })
  return { code, out }
}

describe('B3: who vouched for the chain', () => {
  it('B3: a voucher that holds is named, in the report and in the terminal', async () => {
    const log = shop.log()
    const { hashHex } = log.head()
    expect(await vouched(log)).toBe(21)
    const report = await log.verify()
    expect([report.verdict, report.voucherCount]).toEqual(['intact', 1])
    expect(report.vouchers).toEqual([await vouch({ seq: 20, hashHex }, { seq: 21, by: 'ada' } as never)])
    log.close()
    const { code, out } = await cli()
    expect(code).toBe(0)
    expect(out).toContain(`Vouched for by ${SIGNER_ADDRESS} (ledger) up to entry 20 on 2026-09-21T14:13:20.000Z, as entry 21 says.`)
  })

  it.for<[string, (head: { seq: number; hashHex: string }) => Promise<HeadVoucher>, RegExp]>([
    ['by another key', (head) => vouch(head, {}, OTHER_KEY), /the signature is not one of/],
    ['over another hash than it states', (head) => vouch(head, { headHashHex: 'ab'.repeat(32) }), /the signature is not one of/],
    ['at another time', (head) => vouch(head, { atMs: AT_MS + 1 }), /the signature is not one of/],
    ['for a head that never was', ({ seq }) => vouch({ seq, hashHex: 'ab'.repeat(32) }), /entry 20 has not the hash that 0x/],
    ['for what is to come', ({ hashHex }) => vouch({ seq: 40, hashHex }), /which was not written yet/],
    ['that is none', (head) => vouch(head, { address: 'me' }), /is no voucher/],
  ])('B3: a voucher %s is a break of its own kind', async ([, make, why]) => {
    const log = shop.log()
    log.append(voucherFact(await make(log.head()), 'mallory'))
    log.append(fact(1))
    const { verdict, breaks, vouchers } = await log.verify()
    expect([verdict, inShort(breaks), vouchers]).toEqual(['broken', ['VOUCHER_MISMATCH 21'], []])
    expect(breaks[0]?.detail).toMatch(why)
    log.close()
    const { code, out } = await cli()
    expect(code).toBe(1)
    expect(out.join('\n')).toContain('VOUCHER_MISMATCH  entry 21: ')
  })

  it('B3: a voucher of another environment is worth nothing in this one', async () => {
    const log = shop.log()
    const { seq, hashHex } = log.head()
    const { domain, types, message } = auditHeadMessage({ environment: 'testnet', seq, hash: `0x${hashHex}`, atMs: AT_MS })
    const signature = (await new Wallet(SIGNER_KEY).signTypedData(domain, types as never, message)) as HeadVoucher['signature']
    log.append(voucherFact(await vouch({ seq, hashHex }, { signature }), 'mallory'))
    expect(inShort((await log.verify()).breaks)).toEqual(['VOUCHER_MISMATCH 21'])
  })

  it('B3: a log that was rewritten as a whole, by somebody with its key, no longer fits what was vouched for', async () => {
    const log = shop.log()
    const { logId } = log
    await vouched(log)
    log.close()
    shop.tamper((db) => {
      setRow(db, 5, { body: rowAt(db, 5).body.replace('.5', '.6') })
      for (let seq = 5; seq <= 21; seq++) {
        const prev = rowAt(db, seq - 1).hash
        const hash = shop.hash(seq, prev, rowAt(db, seq).body)
        setRow(db, seq, { prev_hash: prev, hash, mac: shop.code(hash, logId) })
      }
    })
    // The chain itself is without fault now; without its anchor, which such a person could write anew, only the signature tells.
    writeFileSync(shop.anchorPath, '')
    expect(await shop.findings()).toEqual(['VOUCHER_MISMATCH 21', 'ANCHOR_UNREADABLE'])
  })

  it('B3: damage that was sealed stays vouched for as it was, and a voucher that does not fit can be sealed', async () => {
    const log = shop.log()
    log.append(voucherFact(await vouch(log.head(), {}, OTHER_KEY), 'mallory'))
    const found = await log.verify()
    const sealed = await log.seal({ breaks: found.breaks, by: ['ada', 'bob'], reason: 'a device of nobody' })
    expect(sealed.ok && sealed.value.report).toMatchObject({ verdict: 'sealed', sealed: [{ kind: 'VOUCHER_MISMATCH', fromSeq: 21 }] })
  })

  it('B3 C12: retention never empties a voucher, and one for an emptied entry holds', async () => {
    const log = shop.log()
    await vouched(log)
    log.append(fact(2))
    shop.clock.jumpWall(YEARS_MS)
    expect(await log.applyRetention({ policy: { rules: [], otherwiseMs: 1 }, actor: 'system' })).toBe(20)
    expect(log.get(20)).toBeNull()
    expect(log.get(21)?.type).toBe(AUDIT_HEAD_SIGNED)
    expect(log.hashAt(20)).toMatch(/^[0-9a-f]{64}$/)
    expect(await log.verify()).toMatchObject({ verdict: 'intact', voucherCount: 1, emptiedEntries: 20 })
  })

  it('B3: of many vouchers the newest are named, and all are counted', async () => {
    const log = shop.log()
    const voucher = await vouch(log.head())
    for (let n = 0; n < 130; n++) log.append(voucherFact(voucher, 'ada'))
    const { vouchers, voucherCount } = await log.verify()
    expect([vouchers.length, vouchers[0]?.seq, vouchers.at(-1)?.seq, voucherCount]).toEqual([100, 51, 150, 130])
    log.close()
    expect((await cli()).out).toContain('  … and 110 vouchers before them.')
  })
})
