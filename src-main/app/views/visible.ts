import { createHash } from 'node:crypto'

import type { ActChange } from '../../domain/admin-act'

/** As much of a line as is shown before the rest is a fingerprint. */
const MOST_CHARACTERS = 125
const ONE_CERTIFICATE = /^\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/\s]+={0,2}\s*)-----END CERTIFICATE-----\s*$/
/** What cannot be seen, or changes how what stands beside it is seen. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu
/** In an address, letters that look like others, too. */
const UNSEEN_IN_URL = /[^\x20-\x7e]/gu

/**
 * A value as a person sees it in the main-owned window, within the 200 characters that are shown there: two values that differ never look the same. A certificate
 * is its SHA-256 (of the DER, as other tools say it); what is long, has several lines or cannot be seen carries the SHA-256 of the text.
 */
export function visible(value: string): string {
  if (value === '') return '(empty)'
  const [, base64] = ONE_CERTIFICATE.exec(value) ?? []
  if (base64 !== undefined) return `certificate, SHA-256 ${sha256(Buffer.from(base64, 'base64'))}`
  if (value.includes('\n')) return `text, SHA-256 ${sha256(value)}`
  const shown = value.replace(
    /^https?:/.test(value) ? UNSEEN_IN_URL : UNSEEN,
    (unseen) => `\\u{${(unseen.codePointAt(0) ?? 0).toString(16)}}`,
  )
  const asItIs = shown === value && !/^ | $| {2}/.test(value)
  if (asItIs && shown.length <= MOST_CHARACTERS) return shown
  return `${shown.slice(0, MOST_CHARACTERS)}… SHA-256 ${sha256(value)}`
}

/** How a value is shown at its place, such as `service.url`. */
export interface LeafWords {
  label(path: string): string
  value(path: string, value: string): string
}

/** Every single value that differs between two settings, each by itself; null when something differs and nobody could see it. */
export function leafChanges(before: unknown, after: unknown, words: LeafWords): readonly ActChange[] | null {
  const [was, willBe] = [leavesOf(before), leavesOf(after)]
  const paths = [...new Set([...was.keys(), ...willBe.keys()])].filter((path) => was.get(path) !== willBe.get(path))
  const say = (path: string, value: string | undefined): string => (value === undefined ? 'none' : words.value(path, value))
  const changes = paths.map((path) => ({
    label: words.label(path),
    before: was.size === 0 ? null : say(path, was.get(path)),
    after: say(path, willBe.get(path)),
  }))
  return changes.some(({ before: from, after: to }) => from === to) ? null : changes
}

function leavesOf(value: unknown, path = ''): ReadonlyMap<string, string> {
  if (value === null || value === undefined) return new Map()
  if (typeof value !== 'object') return new Map([[path, typeof value === 'string' ? value : JSON.stringify(value)]])
  return new Map(Object.entries(value).flatMap(([name, member]) => [...leavesOf(member, path === '' ? name : `${path}.${name}`)]))
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}
