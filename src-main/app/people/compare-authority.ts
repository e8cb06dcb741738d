import type { AuditFact } from '../../domain/audit-event'
import type { AppContext } from '../context'
import { marksElsewhere } from './marks-elsewhere'

/**
 * Compares the files of people and keys with what all environments remember of them, and records what is not the latest: the alarm is raised from that
 * record. Files are written by this app alone, so somebody put an older one back, or took one away.
 */
export async function compareAuthority(context: AppContext, record: (fact: AuditFact) => boolean): Promise<void> {
  const { people } = context
  const elsewhere = await marksElsewhere(context, context.environmentName())
  const opened = context.environment()
  for (const { file, fault, found, known } of people.compareWith(opened.ok ? opened.value.authorityMarks : null, elsewhere)) {
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
