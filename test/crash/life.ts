import { spawn, type ChildProcess } from 'node:child_process'

import type { Order, Said } from './lines'

/** Everything that was said in all lives on one data folder. */
export interface Heard {
  readonly confirmed: Set<string>
  /** The end of an order as a window was told of it. */
  readonly ends: Map<string, { readonly state: string; readonly filled: string }>
  /** How often something was handed to the venue. */
  readonly handed: Map<string, number>
  denied: number
  readonly contradictions: string[]
}

/** Nothing heard yet. */
export const nothingHeard = (): Heard => ({ confirmed: new Set(), ends: new Map(), handed: new Map(), denied: 0, contradictions: [] })

/** A process of its own that runs the composed app (child.ts, bundled) until it is killed. */
export class Life {
  readonly #child: ChildProcess
  readonly #lines: Said[] = []
  readonly #ended: Promise<NodeJS.Signals | number | null>
  #wake: () => void = () => undefined
  #leaving: () => void = () => undefined
  #errors = ''
  #over = false
  /** Lines that were looked at. */
  #read = 0

  constructor(program: string, heard: () => Heard) {
    const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#child = child
    // Killed before it has read: what it was asked goes nowhere.
    child.stdin.on('error', () => undefined)
    child.stderr.on('data', (chunk: Buffer) => (this.#errors = (this.#errors + chunk.toString()).slice(-20_000)))
    let rest = ''
    child.stdout.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split('\n')
      // The last line may be cut off for ever.
      rest = parts.pop() ?? ''
      for (const text of parts) this.#hear(JSON.parse(text) as Said, heard())
      this.#wake()
    })
    this.#ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.#over = true
        this.#wake()
        resolve(signal ?? code)
      })
    })
  }

  ask(order: Order): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`)
  }

  /** Waits until it says this; throws when it fails, ends or takes too long. */
  async says<S extends Said['say']>(what: S, withinMs: number): Promise<Extract<Said, { say: S }>> {
    const time = { isUp: false }
    const timer = setTimeout(() => {
      time.isUp = true
      this.#wake()
    }, withinMs)
    try {
      for (;;) {
        for (; this.#read < this.#lines.length; this.#read += 1) {
          const line = this.#lines[this.#read]
          if (line?.say === 'failed') throw new Error(line.why)
          if (line?.say !== what) continue
          this.#read += 1
          return line as Extract<Said, { say: S }>
        }
        if (this.#over) throw new Error(`it ended by itself before it was ${what}: ${this.#errors}`)
        if (time.isUp) throw new Error(`it was not ${what} within ${withinMs} ms: ${this.#errors}`)
        await new Promise<void>((resolve) => (this.#wake = resolve))
      }
    } finally {
      clearTimeout(timer)
    }
  }

  /** Waits until an order is about to leave, or until it has been long enough. */
  async leaving(withinMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#leaving = resolve
      setTimeout(resolve, withinMs)
    })
  }

  /** What it failed at so far; null when at nothing. */
  get failure(): string | null {
    const failed = this.#lines.find(({ say }) => say === 'failed')
    return failed?.say === 'failed' ? failed.why : null
  }

  /** Ends it in the middle of whatever it does; resolves when it is gone and all that it said was heard. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    const how = await this.#ended
    if (how !== 'SIGKILL') throw new Error(`it ended by itself (${String(how)}): ${this.#errors}`)
  }

  #hear(said: Said, heard: Heard): void {
    switch (said.say) {
      case 'confirmed':
        heard.confirmed.add(said.id)
        return
      case 'handed':
        heard.handed.set(said.what, (heard.handed.get(said.what) ?? 0) + 1)
        return
      case 'denied':
        heard.denied += 1
        return
      case 'told': {
        if (said.state === 'submitting') this.#leaving()
        const end = heard.ends.get(said.id)
        if (end !== undefined && (end.state !== said.state || end.filled !== said.filled))
          heard.contradictions.push(`${said.id} was told ${end.state} (${end.filled}), then ${said.state} (${said.filled})`)
        if (!said.open) heard.ends.set(said.id, { state: said.state, filled: said.filled })
        return
      }
      case 'ready':
      case 'opened':
      case 'settled':
      case 'loading':
      case 'failed':
        this.#lines.push(said)
    }
  }
}
