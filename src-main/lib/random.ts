/** Randomness as the engine sees it, injected so that seeded runs repeat. The real one draws from the operating system. */
export interface Random {
  /** `length` unpredictable bytes. */
  bytes(length: number): Uint8Array
  /** A random UUID, version 4 (RFC 9562). */
  uuid(): string
}
