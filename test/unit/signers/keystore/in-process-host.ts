import { randomBytes, randomUUID } from 'node:crypto'

import type { HostRequest, KeyHostPort } from '../../../../src-main/signers/keystore/host-protocol'
import { KeyKeeper } from '../../../../src-main/signers/keystore/key-keeper'
import type { Kdf } from '../../../../src-main/signers/keystore/keystore-format'
import type { FakeClock } from '../../../support/fake-clock'

export const LIGHT_KDF: Kdf = { kind: 'scrypt', n: 1024, r: 8, p: 1 }
export const testRandom = { bytes: (length: number) => randomBytes(length), uuid: () => randomUUID() }

/** The host's code without its process: messages are copied as between processes, and come in a later turn. */
export class InProcessHost implements KeyHostPort {
  /** What the main side posted and what it was answered, as copies. */
  readonly posted: unknown[] = []
  readonly answered: unknown[] = []
  /** Copies as the keeper received them: what it wipes can be looked at. */
  readonly received: Record<string, unknown>[] = []
  /** Nothing that the keeper says gets through any more. */
  isDeaf = false
  exitCode: number | null | undefined
  private toKeeper: (message: unknown) => void = () => {}
  private toMain: (message: unknown) => void = () => {}
  private onEnd: (code: number | null) => void = () => {}
  private disconnect: () => void = () => {}

  constructor(clock: FakeClock) {
    new KeyKeeper({
      port: {
        post: (message, sent) => {
          const copy: unknown = structuredClone(message)
          this.answered.push(copy)
          setImmediate(() => {
            if (this.exitCode !== undefined || this.isDeaf) return
            this.toMain(copy)
            sent?.()
          })
        },
        onMessage: (listener) => (this.toKeeper = listener),
        onDisconnect: (listener) => (this.disconnect = listener),
      },
      clock,
      scheduler: clock,
      random: testRandom,
      kdf: LIGHT_KDF,
      exit: (code) => {
        this.exit(code)
      },
    })
  }

  post(message: HostRequest): void {
    this.send(message)
  }

  /** Anything at all, as a compromised main process might send. */
  send(message: unknown): void {
    this.posted.push(structuredClone(message))
    const copy = structuredClone(message) as Record<string, unknown>
    this.received.push(copy)
    setImmediate(() => {
      this.toKeeper(copy)
    })
  }

  /** Anything at all, as a compromised host might say. */
  speak(message: unknown): void {
    this.toMain(message)
  }

  onMessage(listener: (message: unknown) => void): void {
    this.toMain = listener
  }

  onExit(listener: (code: number | null) => void): void {
    this.onEnd = listener
  }

  kill(): void {
    this.exit(null)
  }

  loseParent(): void {
    this.disconnect()
  }

  private exit(code: number | null): void {
    if (this.exitCode !== undefined) return
    this.exitCode = code
    setImmediate(() => {
      this.onEnd(code)
    })
  }
}
