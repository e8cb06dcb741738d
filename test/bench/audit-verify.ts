import { fork } from 'node:child_process'
import { createHmac, createSecretKey, hash, randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'

import { composeBody } from '../../src-main/audit/body'
import { type BenchResult, inTurns, result } from './lib/bench'
import { type AuditShop, makeShop, openShop, orderFact, removeShop } from './lib/audit-shop'
import type { VerifyFigures } from './lib/verify-child'

const FEW = 100_000
const MANY = 1_000_000
const ROUNDS = 7
const BATCH = 5_000
/** Tag, number, previous hash and the four lengths, as they are hashed with every text. */
const ENVELOPE_BYTES = 79

const VERIFY_CHILD = fileURLToPath(new URL('lib/verify-child.ts', import.meta.url))

/**
 * Checking a whole chain out of the encrypted database, against bare SHA-256 and HMAC over as many bytes in memory; and what memory it
 * takes to check ten times as many entries.
 */
export async function run(): Promise<BenchResult[]> {
  const shop = makeShop()
  try {
    fill(shop, 0, FEW)
    const { db, log } = openShop(shop)
    const [checkMs = NaN, bareMs = NaN] = await inTurns(ROUNDS, [() => log.verify(), () => bare(FEW)])
    log.close()
    db.close()
    const perSecond = (ms: number): number => (FEW / ms) * 1_000

    const few = await verifyInChild(shop)
    fill(shop, FEW, MANY)
    const many = await verifyInChild(shop)
    return [
      result('audit-verify', perSecond(checkMs), 'entries/s', perSecond(bareMs), { of: 'ratio', atLeast: 0.5 }),
      result('audit-verify: memory growth, 1 000 000 entries against 100 000', many.growthMb, 'MB', few.growthMb, {
        of: 'value',
        atMost: 64,
      }),
      result('audit-verify: longest hold, 1 000 000 entries against 100 000', many.longestHoldMs, 'ms', few.longestHoldMs, {
        of: 'ratio',
        atMost: 2,
      }),
      result('audit-verify: 1 000 000 entries against ten times 100 000', many.durationMs, 'ms', (few.durationMs * MANY) / FEW),
    ]
  } finally {
    removeShop(shop)
  }
}

function fill(shop: AuditShop, from: number, to: number): void {
  const { db, log } = openShop(shop)
  // What is measured is reading: nothing here has to survive a power cut.
  db.pragma('synchronous = OFF')
  const append = db.transaction((first: number) => {
    for (let n = first; n < first + BATCH; n++) log.append(orderFact(n))
  })
  for (let n = from; n < to; n += BATCH) append(n)
  log.close()
  db.close()
}

function bare(count: number): void {
  const inputs = Array.from({ length: 512 }, (_, n) =>
    Buffer.concat([Buffer.alloc(ENVELOPE_BYTES), Buffer.from(composeBody(n, Date.now(), orderFact(n)))]),
  )
  const key = createSecretKey(randomBytes(32))
  for (let n = 0; n < count; n++) {
    const digest = hash('sha256', inputs[n % inputs.length] ?? Buffer.alloc(0), 'buffer')
    createHmac('sha256', key).update(digest).digest()
  }
}

function verifyInChild({ path, anchorPath, key }: AuditShop): Promise<VerifyFigures> {
  return new Promise((resolve, reject) => {
    const child = fork(VERIFY_CHILD, [path, anchorPath, key.toString('hex')], {
      execArgv: process.execArgv,
      stdio: ['ignore', 2, 2, 'ipc'],
    })
    let figures: VerifyFigures | null = null
    child.on('message', (message) => {
      figures = message as VerifyFigures
    })
    child.on('error', reject)
    child.on('exit', (code) => {
      if (figures !== null && code === 0) resolve(figures)
      else reject(new Error(`checking ended with exit code ${String(code)}`))
    })
  })
}
