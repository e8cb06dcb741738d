import type { ConfirmationEvent, ConfirmationMonitor, FollowRequest } from '../../confirmations/confirmations'
import type { Cancel } from '../../lib/clock'

/** One of the transactions that compete for a nonce. */
export interface Rival extends FollowRequest {
  readonly txId: string
  /** A node refused it: it is no news that nodes do not know it. */
  readonly refused: boolean
}

interface Followed {
  readonly rival: Rival
  readonly stop: Cancel
  included: boolean
  /** Another transaction has its nonce, for good. */
  lost: boolean
}

/**
 * Follows all transactions that compete for one nonce until one of them is final, and tells of them as of one transaction: at most one is in a
 * block at a time, each phase times out once, only the newest can be dropped (nodes forget what was replaced), and `replaced` is said only when
 * none of them can be mined any more. A listener that throws hears the same again, as it does of the monitor.
 */
export class NonceFollower {
  private readonly followed: Followed[] = []
  private readonly timedOut = new Set<'confirmations' | 'finality'>()

  constructor(
    private readonly monitor: ConfirmationMonitor,
    private readonly tell: (rival: Rival, event: ConfirmationEvent) => void,
  ) {}

  /** Follows one more; one that is followed already is not followed twice. */
  add(rival: Rival): void {
    if (this.followed.some(({ rival: known }) => known.txId === rival.txId)) return
    const followed: Followed = { rival, stop: () => undefined, included: false, lost: false }
    // In the list before anything can be heard of it.
    this.followed.push(followed)
    Object.assign(followed, {
      stop: this.monitor.follow(rival, (event) => {
        this.hear(followed, event)
      }),
    })
  }

  /** Follows nothing any more. */
  stop(): void {
    for (const { stop } of this.followed) stop()
  }

  private hear(about: Followed, event: ConfirmationEvent): void {
    const other = this.followed.find((one) => one !== about && one.included)
    switch (event.kind) {
      case 'included':
        // Looked at one after the other: the chain may have let go of the one before without our having been told yet.
        if (other !== undefined) {
          this.tell(other.rival, { kind: 'reorged', fromBlock: event.blockNumber })
          other.included = false
        }
        this.tell(about.rival, event)
        about.included = true
        return
      case 'reorged':
        if (!about.included) return
        this.tell(about.rival, event)
        about.included = false
        return
      case 'confirmations':
      case 'confirmed':
      case 'finalized':
      case 'reverted':
        this.tell(about.rival, event)
        return
      case 'timed-out':
        if (this.timedOut.has(event.phase) || other !== undefined) return
        this.tell(about.rival, event)
        this.timedOut.add(event.phase)
        return
      case 'dropped':
        if (other === undefined && this.followed.filter(({ rival }) => !rival.refused).at(-1) === about) this.tell(about.rival, event)
        return
      case 'replaced':
        if (this.followed.every((one) => one === about || one.lost)) this.tell(about.rival, event)
        about.lost = true
        return
      case 'read-failed':
      case 'read-succeeded':
        this.tell(about.rival, event)
    }
  }
}
