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
}
