import type { PolicyKind, PolicyProposal } from '../../../src-preload/contract/policy'
import { policyFields, type PolicyFieldKind, type PolicyFieldWords } from '../../ui/words/policy'

/** What a person types for each field: lines for lists, whole coins and gwei for amounts, a tick for yes and no. */
export type PolicyDraft = Record<string, string | boolean>

const DECIMALS: Partial<Record<PolicyFieldKind, number>> = { coin: 18, fee: 9 }

/** A policy as it is typed. */
export function draftOf(proposal: PolicyProposal): PolicyDraft {
  const policy = proposal.policy as Readonly<Record<string, unknown>>
  return Object.fromEntries(policyFields(proposal.which).map(({ field, kind }) => [field, typedText(policy[field], kind)]))
}

/** What was typed as a policy; call it only when {@link wrongWith} finds nothing in any field. */
export function proposalOf(which: PolicyKind, draft: PolicyDraft): PolicyProposal {
  const fields = policyFields(which).map(({ field, kind }) => [field, valueOf(draft[field] ?? '', kind)] as const)
  const policy = { ...Object.fromEntries(fields), ...(which === 'signing' ? { refuseContractCreation: true } : {}) }
  // Main checks every field of it again.
  return { which, policy } as unknown as PolicyProposal
}

/** What is wrong with what was typed in a field, or null. */
export function wrongWith({ kind }: PolicyFieldWords, typed: string | boolean): string | null {
  if (typeof typed === 'boolean') return null
  const items = linesOf(typed)
  switch (kind) {
    case 'addresses':
      return items.every((item) => ADDRESS.test(item)) ? null : 'Addresses of 40 digits after 0x, one a line.'
    case 'recipients':
      return items.every((item) => item === 'signer' || ADDRESS.test(item)) ? null : 'Addresses, or the word signer, one a line.'
    case 'chains':
      return items.every((item) => /^[1-9]\d{0,14}$/.test(item)) ? null : 'Numbers of chains, one a line.'
    case 'venues':
      return null
    case 'markets':
      return items.every((item) => item.length <= 40) ? null : 'Pairs such as WETH-USDC, one a line.'
    case 'usd':
      return /^(?:0|[1-9]\d*)(?:\.\d+)?$/.test(typed) ? null : 'Only digits and one point.'
    case 'coin':
    case 'fee':
      return toSmallest(typed, DECIMALS[kind] ?? 0) === null
        ? `Only digits and one point, with at most ${DECIMALS[kind] ?? 0} after it.`
        : null
    case 'count':
    case 'bytes':
      return /^(?:0|[1-9]\d{0,14})$/.test(typed) ? null : 'A whole number.'
    case 'yes-no':
      return null
  }
}

/** An amount of smallest units as whole ones, exactly, whatever its size. */
export function toWhole(integer: string, decimals: number): string {
  const digits = integer.padStart(decimals + 1, '0')
  const fraction = digits.slice(-decimals).replace(/0+$/, '')
  return `${digits.slice(0, -decimals)}${fraction === '' ? '' : `.${fraction}`}`
}

/** The same the other way; null for what is no such amount. */
export function toSmallest(whole: string, decimals: number): string | null {
  const match = /^(0|[1-9]\d*)(?:\.(\d+))?$/.exec(whole.trim())
  if (match === null || (match[2] ?? '').length > decimals) return null
  return `${match[1] ?? ''}${(match[2] ?? '').padEnd(decimals, '0')}`.replace(/^0+(?=\d)/, '')
}

const ADDRESS = /^0x[0-9a-fA-F]{40}$/

function typedText(value: unknown, kind: PolicyFieldKind): string | boolean {
  if (kind === 'yes-no') return value === true
  if (Array.isArray(value)) return value.join('\n')
  const decimals = DECIMALS[kind]
  return decimals === undefined ? String(value) : toWhole(String(value), decimals)
}

function valueOf(typed: string | boolean, kind: PolicyFieldKind): unknown {
  if (typeof typed === 'boolean') return typed
  switch (kind) {
    case 'addresses':
    case 'recipients':
    case 'venues':
      return linesOf(typed)
    case 'chains':
      return linesOf(typed).map(Number)
    case 'markets':
      return typed.trim() === '*' ? '*' : linesOf(typed)
    case 'coin':
    case 'fee':
      return toSmallest(typed, DECIMALS[kind] ?? 0)
    case 'usd':
      return typed.trim()
    case 'count':
      return typed
    case 'bytes':
      return Number(typed)
    case 'yes-no':
      return false
  }
}

function linesOf(typed: string): string[] {
  return [...new Set(typed.split(/[\s,]+/).filter((item) => item !== ''))]
}
