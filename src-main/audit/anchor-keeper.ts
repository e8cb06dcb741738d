import type { Cancel, Clock, Scheduler } from '../lib/clock'
import { describeError } from '../lib/errors'
import { err, ok, type Result } from '../lib/result'
import { makeAnchor, writeAnchor } from './anchor'
import { AuditError, type AuditHead } from './audit'
import type { AuditKeys } from './keys'

/** The anchor moves when this many entries stand after it, … */
const ANCHOR_EVERY_ENTRIES = 256
/** … and this long after the first of them. */
const ANCHOR_AFTER_MS = 1_000

/** Keeps the external anchor close behind the chain's end. */
export class AnchorKeeper {
  private cancelTimer: Cancel | null = null
  /** A write that fails is not tried again for every entry that follows. */
  private triedSeq: number
  private lastProblem: string | null = null

  constructor(
    private readonly path: string,
    private readonly keys: AuditKeys,
    private readonly clock: Clock,
    private readonly scheduler: Scheduler,
    private readonly head: () => AuditHead,
    /** Throws when the database does not end at that head: an anchor attests only what is there. */
    private readonly checkHead: () => void,
    private anchored: number | null,
  ) {
    this.triedSeq = anchored ?? 0
  }

  /** The entry that the anchor attests; null when there is no anchor of ours. */
  get anchoredSeq(): number | null {
    return this.anchored
  }

  /** Why the last attempt failed; null when it did not. */
  get problem(): string | null {
    return this.lastProblem
  }

  /** To be called when the head has moved. */
  note(seq: number): void {
    if (seq - this.triedSeq >= ANCHOR_EVERY_ENTRIES) this.write()
    else if (this.cancelTimer === null) this.arm()
  }

  /** Moves the anchor to the head, now. */
  write(): Result<AuditHead, AuditError> {
    this.disarm()
    const head = this.head()
    if (this.anchored === head.seq) return ok(head)
    this.triedSeq = head.seq
    try {
      this.checkHead()
      writeAnchor(this.path, makeAnchor(this.keys, head, Math.trunc(this.clock.wallMs())))
    } catch (thrown) {
      this.lastProblem = describeError(thrown)
      if (thrown instanceof AuditError) return err(thrown)
      this.arm()
      const what = `the external anchor ${this.path} could not be written: ${this.lastProblem}`
      return err(new AuditError('ANCHOR_NOT_WRITTEN', what, { seq: head.seq }, thrown))
    }
    this.anchored = head.seq
    this.lastProblem = null
    return ok(head)
  }

  disarm(): void {
    this.cancelTimer?.()
    this.cancelTimer = null
  }

  private arm(): void {
    this.cancelTimer ??= this.scheduler.after(ANCHOR_AFTER_MS, () => {
      this.cancelTimer = null
      this.write()
    })
  }
}
