import { z } from 'zod'

import type { Clock } from '../../lib/clock'
import { VendorFailure } from '../vendor-host/vendor'

const PUBLIC_CLOUD = 'https://login.microsoftonline.com'
const REQUEST_MS = 10_000
const MAX_ANSWER_CHARS = 100_000
/** A token is used no more so long before it ends, ms: the request takes its time. */
const SPARE_MS = 120_000
const answered = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() })

/** What the vault's library asks a credential for. */
export interface AccessToken {
  readonly token: string
  /** Wall time, ms, as the library counts. */
  readonly expiresOnTimestamp: number
}

/**
 * The credential of a registered application: OAuth 2.0 client credentials (RFC 6749, 4.4; Microsoft identity platform v2.0). Written out here because the
 * vendor's identity library speaks to no authority on this machine, which development and the tests need.
 */
export function clientSecretCredential(parts: {
  readonly authorityUrl: string | null
  readonly tenantId: string
  readonly clientId: string
  readonly secret: string
  readonly clock: Clock
}) {
  const { clock } = parts
  let held: { readonly token: AccessToken; readonly untilSteadyMs: number } | null = null
  return {
    async getToken(scopes: string | string[]): Promise<AccessToken> {
      // By both clocks: one can be set back, the other may stand still while the machine sleeps.
      if (held !== null && held.untilSteadyMs > clock.steadyMs() && held.token.expiresOnTimestamp - SPARE_MS > clock.wallMs())
        return held.token
      const url = `${(parts.authorityUrl ?? PUBLIC_CLOUD).replace(/\/$/, '')}/${encodeURIComponent(parts.tenantId)}/oauth2/v2.0/token`
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: parts.clientId,
        client_secret: parts.secret,
        scope: typeof scopes === 'string' ? scopes : scopes.join(' '),
      })
      const answer = await fetch(url, { method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(REQUEST_MS) }).catch(
        () => null,
      )
      if (answer === null) throw new VendorFailure('UNAVAILABLE', 'the authority cannot be reached')
      if (!answer.ok) throw new VendorFailure('NOT_AUTHORISED', `the authority answered ${answer.status}`)
      const text = await answer.text()
      const read = answered.safeParse(text.length > MAX_ANSWER_CHARS ? null : safeJson(text))
      if (!read.success) throw new VendorFailure('NOT_AUTHORISED', 'the authority answered something else')
      const lifeMs = read.data.expires_in * 1_000
      const token = { token: read.data.access_token, expiresOnTimestamp: clock.wallMs() + lifeMs }
      held = { token, untilSteadyMs: clock.steadyMs() + lifeMs - SPARE_MS }
      return token
    },
  }
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
