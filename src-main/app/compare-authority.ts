import type { AuditFact } from '../domain/audit-event'
import type { MarkStore } from '../authority/marks'
import type { People } from './people'

/**
 * Compares the files of people and keys with what an environment remembers of them, and records what is not the latest: the alarm is raised from that
 * record. Files are written by this app alone, so somebody put an older one back, or took one away.
 */
export function compareAuthority(people: People, store: MarkStore | null, record: (fact: AuditFact) => boolean): void {
  for (const { file, fault, found, known } of people.compareWith(store)) {
    record({
      category: 'SECURITY_VIOLATION',
      severity: 'critical',
      type: 'AuthorityRolledBack',
      actor: 'system',
      subject: file,
      data: { fault, found, known },
    })
  }
}
