/** What acts of authority are called in an alert, after “Somebody in authority”. One that is not here is told in general. */
export const ALERT_ACT_WORDS: Readonly<Record<string, string>> = {
  'seal-audit': 'sealed a broken part of the record',
  'enter-maintenance': 'began maintenance',
  'leave-maintenance': 'ended maintenance',
  'close-breaker': 'closed a breaker by hand',
  'tune-breakers': 'loosened the breakers',
  'leave-reducing': 'allowed new risk again',
  'change-limits': 'changed the limits',
  'change-alerts': 'changed who is told of alerts',
  'change-api': 'changed the local interface',
  'issue-api-token': 'gave a program access to the local interface',
  'change-authority': 'changed who may do what',
  'replace-recovery-keys': 'replaced the recovery keys',
  'change-halt-settings': 'changed what a halt does',
  'change-endpoints': 'changed the chain’s endpoints',
  'change-policy': 'changed a policy',
  'change-signers': 'changed a signer',
}
