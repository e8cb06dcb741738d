import { err, ok, type Result } from '../lib/result'

/** Why an address cannot be a webhook's. */
export type WebhookUrlProblem = 'NOT_A_URL' | 'NOT_HTTPS' | 'HAS_CREDENTIALS' | 'TOO_LONG'

const LONGEST = 500

/**
 * Reads a webhook's address. It must be https, so that nobody on the way reads or drops alerts unnoticed; plain http goes to this machine alone. No name and
 * password in it: our signature says who we are, and addresses end up in records.
 */
export function parseWebhookUrl(text: string): Result<URL, WebhookUrlProblem> {
  if (text.length > LONGEST) return err('TOO_LONG')
  let url: URL
  try {
    url = new URL(text.trim())
  } catch {
    return err('NOT_A_URL')
  }
  if (url.username !== '' || url.password !== '') return err('HAS_CREDENTIALS')
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) return err('NOT_HTTPS')
  url.hash = ''
  return ok(url)
}

/** By number alone, or by the one name that systems reserve for it. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}
