/** The main process may be held up this long at a time; a halt that is pressed meanwhile waits no longer. */
const SLICE_MS = 8

/** A step that takes longer than this was too big. */
const LONG_STEP_MS = 4
/** A step that takes less was too small to be worth its overhead. */
const SHORT_STEP_MS = 1

/** Work in steps: whoever runs it decides what happens between them. */
export type Steps<T> = Generator<void, T, void>

/** Runs work in one go. */
export function inOneGo<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Cuts long work into slices: call `pause` between steps, and size the steps by `stepSize`. */
export class Slices {
  private sliceStartedMs = performance.now()
  private stepStartedMs = this.sliceStartedMs
  private size: number

  constructor(
    initialSize: number,
    private readonly limits: { readonly min: number; readonly max: number },
    private readonly signal?: AbortSignal,
  ) {
    this.size = initialSize
  }

  /** How much to do in the next step. */
  get stepSize(): number {
    return this.size
  }

  /** Runs work that comes in steps of its own size. */
  async run<T>(steps: Steps<T>): Promise<T> {
    for (;;) {
      const step = steps.next()
      if (step.done === true) return step.value
      await this.pause()
    }
  }

  /** To be called after every step: lets others run when the slice is used up, or must be, and throws when the signal says stop. */
  async pause(must = false): Promise<void> {
    const stepMs = performance.now() - this.stepStartedMs
    if (stepMs > LONG_STEP_MS) this.size = Math.max(this.limits.min, Math.floor(this.size / 2))
    else if (stepMs < SHORT_STEP_MS) this.size = Math.min(this.limits.max, this.size * 2)
    if (must || performance.now() - this.sliceStartedMs + Math.min(stepMs, SLICE_MS / 2) >= SLICE_MS) {
      await nextTurn()
      this.sliceStartedMs = performance.now()
    }
    this.signal?.throwIfAborted()
    this.stepStartedMs = performance.now()
  }
}
