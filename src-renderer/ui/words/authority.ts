import type { AuthorityView, OperatorView } from '../../../src-preload/contract/authority'

type Act = AuthorityView['acts'][number]['act']
type Permission = OperatorView['permissions'][number]

/** Roles, and what each may do. */
export const ROLE_WORDS: Readonly<Record<OperatorView['role'], { readonly name: string; readonly means: string }>> = {
  viewer: { name: 'Viewer', means: 'Looks, halts and cancels. Cannot trade.' },
  trader: { name: 'Trader', means: 'Also trades and unlocks signers.' },
  admin: { name: 'Admin', means: 'Also changes settings and approves what needs authority.' },
}

/** What somebody may do to the kill switch. */
export const PERMISSION_WORDS: Readonly<Record<Permission, string>> = {
  activate: 'Halt over a network',
  deactivate: 'Release a halt',
  maintenance: 'Begin and end maintenance',
}

/** What needs authority, in few words. */
export const ACT_NAMES: Readonly<Record<Act, string>> = {
  'release-halt': 'Release a halt',
  'seal-audit': 'Seal a broken part of the record',
  'enter-maintenance': 'Begin maintenance',
  'leave-maintenance': 'End maintenance',
  'close-breaker': 'Close a breaker',
  'tune-breakers': 'Loosen the breakers',
  'leave-reducing': 'Leave reducing',
  'change-limits': 'Loosen limits',
  'change-alerts': 'Change who is told',
  'change-api': 'Turn the local interface on',
  'issue-api-token': 'Give a program access',
  'change-authority': 'Change who may do what',
  'replace-recovery-keys': 'Change recovery keys',
  'change-halt-settings': 'Change what a halt does',
  'change-endpoints': 'Change the chain endpoints',
  'change-policy': 'Change what may be traded and signed',
  'change-signers': 'Change how a signer is reached or kept',
  'change-environment': 'Switch to an environment with real money',
}

/** What is wrong with keys or people, and what it means. */
export const INTEGRITY_WORDS: Readonly<
  Record<Exclude<AuthorityView['integrity'], 'verified'>, { readonly what: string; readonly means: string }>
> = {
  unverifiable: {
    what: 'The key of this machine is missing, so nothing vouches for keys and people.',
    means: 'Everything asks for both recovery keys, and nobody’s name is believed.',
  },
  'rolled-back': {
    what: 'A file that says who may do what was taken away, or is not the one that was written last.',
    means: 'What it says is not believed: it may bring back people or keys that were revoked. The other means still work.',
  },
  unreadable: {
    what: 'A file that says who may do what is not as Holdfast wrote it.',
    means: 'What it says is not believed. The other means still work.',
  },
}

/** What puts it right. */
export const WAY_OUT_WORDS: Readonly<Record<NonNullable<AuthorityView['wayOut']>, string>> = {
  'vouch-anew':
    'Put the latest file back from a backup and restart. Or let both recovery keys together vouch anew: people are then set aside and must be named again.',
  'new-keys': 'Put the latest file back from a backup and restart. Or make new recovery keys on the word of an admin.',
  'put-back': 'Put the latest file back from a backup and restart.',
}
