import { setImmediate } from 'node:timers/promises'

import { decimal } from '../../../src-main/lib/decimal'
import { openPaperOn } from './paper-sqlite'

/** Trades until it is killed, several orders a turn, and writes a line for everything that the venue told it. */
const [path = '', keyHex = '', round = ''] = process.argv.slice(2)
const { venue } = openPaperOn(path, keyHex)
const tell = (...words: readonly string[]): void => {
  process.stdout.write(`${words.join(' ')}\n`)
}
venue.orders.subscribe((updates) => {
  for (const update of updates) {
    if (update.kind === 'fill') tell('fill', update.clientOrderId, update.baseAmount.toFixed(), update.remainingBase.toFixed())
    else tell(update.kind, update.clientOrderId)
  }
})

async function act(n: number): Promise<void> {
  const clientOrderId = `r${round}-${n}`
  const side = n % 2 === 0 ? 'buy' : 'sell'
  const isMarket = n % 3 !== 0
  const outcome = await venue.placer.place(
    {
      kind: 'venue-order',
      request: {
        clientOrderId,
        instrument: n % 5 === 0 ? 'SOL-USD' : 'ETH-USD',
        side,
        type: isMarket ? 'market' : 'limit',
        timeInForce: 'gtc',
        baseAmount: decimal('0.02'),
        limitPrice: decimal(isMarket === (side === 'buy') ? '9000' : '50'),
      },
    },
    () => null,
  )
  tell('placed', clientOrderId, outcome.kind)
  if (!isMarket) tell('cancel', clientOrderId, (await venue.placer.cancel(clientOrderId)).kind)
}

for (let n = 0; ; n += 4) {
  // What a full pipe did not take is written by the event loop, which promises alone never reach.
  await setImmediate()
  venue.tick()
  await Promise.all([act(n), act(n + 1), act(n + 2), act(n + 3)])
}
