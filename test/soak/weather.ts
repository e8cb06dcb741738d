import { decimal } from '../../src-main/lib/decimal'
import { FaultList, type PaperFault, type PaperFaultKind } from '../../src-main/venues/paper/faults'
import type { Chance } from '../crash/chance'

const EVERY_MS = 7_000
/** How long what lasts until it is cleared lasts, ms. */
const LASTS_MS = 1_500

/** What befalls the exchange: a fault now and then, and storms of them. */
export class Weather {
  readonly seen: Partial<Record<PaperFaultKind, number>> = {}
  #faults: FaultList | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(private readonly chance: Chance) {
    const { isDisconnected } = FaultList.prototype
    const note = (faults: FaultList): void => {
      // An app that is being stopped asks to the last; held here, it could never be let go.
      if (this.#timer !== null) this.#faults = faults
    }
    // Whichever exchange is open now: it asks this at every turn.
    FaultList.prototype.isDisconnected = function (this: FaultList) {
      note(this)
      return isDisconnected.call(this)
    }
  }

  begin(): void {
    this.#timer = setInterval(() => this.#bring(this.#draw()), EVERY_MS)
  }

  /** Clear sky, and nothing more comes. */
  end(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#faults?.clear()
    this.#faults = null
  }

  /** So many refusals one after another that a breaker opens. */
  storm(): void {
    for (let count = 0; count < 8; count += 1)
      this.#bring({ kind: 'reject-next', failure: { code: 'INSUFFICIENT_FUNDS', detail: 'a storm' } })
  }

  #bring(fault: PaperFault): void {
    const faults = this.#faults
    if (faults === null) return
    faults.inject(fault)
    this.seen[fault.kind] = (this.seen[fault.kind] ?? 0) + 1
    setTimeout(() => {
      if (this.#faults === faults) faults.clear(fault.kind)
    }, LASTS_MS)
  }

  #draw(): PaperFault {
    return this.chance.pick<PaperFault>([
      { kind: 'reject-next', failure: { code: 'INSUFFICIENT_FUNDS', detail: 'drawn' } },
      { kind: 'time-out-before-accepting' },
      { kind: 'time-out-after-accepting' },
      { kind: 'partial-fill-then-stall', fraction: decimal('0.4') },
      { kind: 'slow', beforeMs: 200, afterMs: 200 },
      { kind: 'disconnect' },
      { kind: 'liquidity-gone', instrument: 'ETH-USD' },
      { kind: 'volatility-shock', instrument: 'SOL-USD', movePct: decimal('2') },
      { kind: 'duplicate-update' },
      { kind: 'reorder-updates' },
    ])
  }
}
