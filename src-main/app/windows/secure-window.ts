import type { BrowserWindow } from 'electron'

import type { Problem } from '../../../src-preload/contract/problem'
import type { SecureAnswer, SecureTask } from '../../../src-preload/contract/secure'
import type { SenderRegistry } from '../../ipc/sender'
import { wipeSecrets } from '../../lib/wipe'
import { openWindow } from './window'

/** What an answer came to: null accepts it and closes the window, a problem is shown and may be answered again, `next` is asked in the same window. */
export type Judgement = Problem | null | { readonly next: SecureTask }
/** Judges an answer. */
export type JudgeAnswer = (answer: SecureAnswer) => Promise<Judgement>

interface Asking {
  task: SecureTask
  readonly judge: JudgeAnswer
  readonly window: BrowserWindow
  readonly settle: (done: boolean) => void
  /** An answer is being judged: one at a time, for judging one acts on it. */
  judging: boolean
}

/**
 * The small main-owned window in which secrets are typed. It shows one task at a time, decided by main; the big window can
 * ask for it to be opened and learns only whether it was done.
 */
export class SecureWindow {
  private asking: Asking | null = null
  /** Hears of each such window's contents as it is made. */
  onOpened: (contents: BrowserWindow['webContents']) => void = () => undefined

  constructor(
    private readonly preload: string,
    private readonly registry: SenderRegistry,
    private readonly parent: () => BrowserWindow | null,
  ) {}

  /** Asks the person; true when an answer was accepted, false when the window was closed without. Busy means one is asked already. */
  ask(task: SecureTask, judge: JudgeAnswer): Promise<boolean> | 'busy' {
    if (this.asking !== null) {
      this.asking.window.focus()
      return 'busy'
    }
    return new Promise((resolve) => {
      const parent = this.parent()
      const window = openWindow(
        {
          role: 'secure',
          preload: this.preload,
          size: {
            width: 560,
            // What an act changes, its checks and its approvals are to be seen at once.
            height: task.kind === 'authorise' ? 720 : 640,
            resizable: false,
            title: 'Holdfast: private entry',
            ...(parent === null ? {} : { parent, modal: true }),
          },
        },
        this.registry,
      )
      window.setContentProtection(true)
      this.onOpened(window.webContents)
      const asking: Asking = { task, judge, window, settle: resolve, judging: false }
      this.asking = asking
      window.on('closed', () => {
        this.finish(asking, false)
      })
    })
  }

  /** What is asked now. */
  task(): SecureTask | null {
    return this.asking?.task ?? null
  }

  /** Judges an answer to what is asked now. Secret bytes are wiped whatever comes of it. */
  async answer(answer: SecureAnswer): Promise<Judgement> {
    const { asking } = this
    try {
      if (asking?.task.kind !== answer.kind || asking.task.id !== answer.id) return { code: 'FORBIDDEN', figures: {} }
      if (asking.judging) return { code: 'BUSY', figures: {} }
      asking.judging = true
      try {
        const judgement = await asking.judge(answer)
        if (judgement === null) this.finish(asking, true)
        else if ('next' in judgement) asking.task = judgement.next
        return judgement
      } finally {
        asking.judging = false
      }
    } finally {
      wipeSecrets(answer)
    }
  }

  /** The person closes it without an answer. */
  cancel(): void {
    if (this.asking !== null) this.finish(this.asking, false)
  }

  /** Ends one asking, and no other: its window may close, and its answer be judged, when the next is asked already. */
  private finish(asking: Asking, done: boolean): void {
    if (this.asking !== asking) return
    this.asking = null
    const { window, settle } = asking
    settle(done)
    // Closing is left to the next turn, so that the answer to the window's own call still reaches it.
    setImmediate(() => {
      if (!window.isDestroyed()) window.destroy()
    })
  }
}
