/** What ended a visit to a device: its own word, a broken connection, or an answer of no known form. */
export type DeviceFault = { readonly kind: 'status'; readonly word: number } | { readonly kind: 'broken' } | { readonly kind: 'malformed' }

/** What an answer says: its status word, or that there was none. */
export type AnswerStatus = number | 'broken' | 'malformed'

/** Thrown by a channel for an answer that is none. */
export class MalformedAnswer extends Error {}

const OK = 0x9000
/** The command is not known to this app: only then may a library go on, and try an older form. */
const UNKNOWN_COMMAND = [0x6d00, 0x911c]

/**
 * Stands between a vendor's library and one visit to a device, and sees every command (APDU). It knows what ended the visit in the device's own words, whatever
 * the library makes of it, and that nothing is asked twice: after a refusal, or a signature that did not come, nothing more reaches the device.
 */
export class ApduWatch {
  #signatureAsked = false
  #fault: DeviceFault | null = null
  #unknownCommand: number | null = null
  #last: (() => unknown) | null = null

  /** Whether a command to sign has gone out: from then on it may have signed. */
  get signatureAsked(): boolean {
    return this.#signatureAsked
  }

  /** What ended the visit; if nothing did, a command that the app did not know. Null when all went well. */
  get fault(): DeviceFault | null {
    return this.#fault ?? (this.#unknownCommand === null ? null : { kind: 'status', word: this.#unknownCommand })
  }

  /** Sends a command with `send`, or gives the last answer again if the visit is over. */
  async pass<Answer>(apdu: Uint8Array, send: () => Promise<Answer>, statusOf: (answer: Answer) => AnswerStatus): Promise<Answer> {
    // What was kept came out of a send of the same transport.
    if (this.#last !== null) return this.#last() as Answer
    const signs = apdu[0] === 0xe0 && (apdu[1] === 0x04 || apdu[1] === 0x0c)
    if (signs) this.#signatureAsked = true
    let answer: Answer
    try {
      answer = await send()
    } catch (thrown) {
      this.#end({ kind: thrown instanceof MalformedAnswer ? 'malformed' : 'broken' }, () => {
        throw thrown
      })
      throw thrown
    }
    const status = statusOf(answer)
    if (status === 'broken' || status === 'malformed') this.#end({ kind: status }, () => answer)
    else if (!signs && UNKNOWN_COMMAND.includes(status)) this.#unknownCommand ??= status
    else if (status !== OK) this.#end({ kind: 'status', word: status }, () => answer)
    return answer
  }

  #end(fault: DeviceFault, again: () => unknown): void {
    this.#fault ??= fault
    this.#last ??= again
  }
}

/** The status word at the end of an answer. */
export function statusWordOf(answer: Uint8Array): AnswerStatus {
  const [high, low] = answer.subarray(-2)
  return high === undefined || low === undefined ? 'malformed' : (high << 8) | low
}
