import { Button, Code, Skeleton } from '@mantine/core'

import type { AuditEntry } from '../../../src-preload/contract/audit'
import { openEntry, useAudit } from '../../stores/audit'
import { go, hrefOf } from '../../stores/navigation'
import { known } from '../../stores/remote'
import { CopyButton } from '../../ui/copy-button'
import { exactly } from '../../ui/format/time'
import { Facts } from '../../ui/panel'
import { Unread } from '../../ui/unread'
import { Hex } from '../../ui/values'
import { CATEGORY_WORDS, SEVERITY_WORDS, spellOut } from '../../ui/words/audit'

/** One entry whole: who, what, when, its data, and its place in the chain. */
export function AuditEntryPane({ seq }: { readonly seq: number }) {
  const remote = useAudit((state) => state.entry)
  const entry = remote === null ? null : known(remote)
  return (
    <aside className="hf-entry" aria-label="Entry" tabIndex={0}>
      <Button className="hf-entry__close" variant="subtle" size="compact-sm" onClick={() => go('audit')}>
        Close
      </Button>
      {remote?.kind === 'failed' && <Unread problem={remote.problem} again={() => openEntry(seq)} />}
      {entry === null ? remote?.kind !== 'failed' && <Skeleton h={280} /> : <Entry entry={entry} />}
    </aside>
  )
}

function Entry({ entry }: { readonly entry: AuditEntry }) {
  const { seq, atMs, category, severity, type, actor, subject, dataJson, hash, prevHash } = entry
  const text = pretty(dataJson)
  return (
    <>
      <h2>
        #{seq} {spellOut(type)}
      </h2>
      <Facts
        facts={[
          { label: 'Time', value: <span className="hf-num">{exactly(atMs)}</span> },
          { label: 'Type', value: type },
          { label: 'Category', value: CATEGORY_WORDS[category] },
          { label: 'Severity', value: SEVERITY_WORDS[severity] },
          { label: 'Actor', value: actor },
          {
            label: 'Subject',
            value:
              subject === null ? (
                'the whole system'
              ) : type.startsWith('Order') ? (
                <a className="hf-link" href={hrefOf('orders', subject)}>
                  {subject}
                </a>
              ) : (
                subject
              ),
          },
        ]}
      />
      <div className="hf-entry__data">
        <span className="hf-label">Data</span> <CopyButton text={dataJson} what="data" />
      </div>
      <Code block tabIndex={0} aria-label="Data of the entry">
        {text}
      </Code>
      <Facts
        facts={[
          { label: 'Hash', value: <Hex value={hash} what="hash" whole /> },
          { label: 'Hash before', value: <Hex value={prevHash} what="hash of the entry before" whole /> },
        ]}
      />
    </>
  )
}

/** The data with line breaks; as it is when it is no JSON. */
function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}
