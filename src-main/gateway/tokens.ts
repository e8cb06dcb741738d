import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

import jwt from 'jsonwebtoken'
import { z } from 'zod'

import { API_SCOPES, type ApiScope } from '../domain/api-scope'

/** How long a token lasts, seconds. */
export const TOKEN_LIFETIME_SEC = 300
const AUDIENCE = 'holdfast-local-api'
const ALGORITHM = 'HS256'
const HKDF_INFO = 'holdfast api tokens'

const claims = z.object({ sub: z.string(), jti: z.string(), scope: z.string(), iat: z.number(), exp: z.number() })

/** Whose token it is and what it allows. */
export interface TokenHolder {
  readonly clientId: string
  readonly scopes: readonly ApiScope[]
}

/**
 * Short-lived bearer tokens (RFC 7519, HS256). The key is made at each start and kept nowhere: a restart ends every token that is out, and a
 * stolen one is good for minutes.
 */
export class Tokens {
  readonly #key: KeyObject

  constructor(
    secret: Uint8Array,
    private readonly nowMs: () => number,
  ) {
    this.#key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', HKDF_INFO, 32)))
  }

  /** A token for a client. */
  issue({ clientId, scopes }: TokenHolder, tokenId: string): string {
    const iat = Math.floor(this.nowMs() / 1_000)
    return jwt.sign(
      { sub: clientId, scope: scopes.join(' '), jti: tokenId, iat, exp: iat + TOKEN_LIFETIME_SEC, aud: AUDIENCE },
      this.#key,
      {
        algorithm: ALGORITHM,
      },
    )
  }

  /** Whose token it is, or null for anything else: expired, too long-lived, of another algorithm, signed by another. */
  verify(token: string): TokenHolder | null {
    try {
      const now = Math.floor(this.nowMs() / 1_000)
      const verified = jwt.verify(token, this.#key, { algorithms: [ALGORITHM], audience: AUDIENCE, clockTimestamp: now })
      const { sub, scope, iat, exp } = claims.parse(verified)
      if (iat > now + 1 || exp - iat > TOKEN_LIFETIME_SEC) return null
      const words = scope.split(' ')
      return { clientId: sub, scopes: API_SCOPES.filter((known) => words.includes(known)) }
    } catch {
      return null
    }
  }
}
