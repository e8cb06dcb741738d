import { Button, SegmentedControl, Skeleton } from '@mantine/core'
import { useState } from 'react'

import type { PoliciesView, PolicyKind, PolicyVersionView } from '../../../src-preload/contract/policy'
import { refreshPolicies, usePolicy } from '../../stores/policy'
import { known } from '../../stores/remote'
import { Panel } from '../../ui/panel'
import { Tag } from '../../ui/tag'
import { Unread } from '../../ui/unread'
import { When } from '../../ui/values'
import { ORIGIN_WORDS, POLICY_WORDS } from '../../ui/words/policy'
import { Changes } from './shown'

interface Props {
  readonly view: PoliciesView
  readonly onRestore: (which: PolicyKind, version: number) => void
}

/** Every version of a policy: who, when, why, and what it changed. */
export function History({ view, onRestore }: Props) {
  const [which, setWhich] = useState<PolicyKind>('trading')
  const remote = usePolicy(({ history }) => history[which])
  const versions = known(remote)
  return (
    <Panel
      title="History"
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Policy"
          value={which}
          onChange={(value) => setWhich(value === 'signing' ? 'signing' : 'trading')}
          data={[
            { value: 'trading', label: POLICY_WORDS.trading.title },
            { value: 'signing', label: POLICY_WORDS.signing.title },
          ]}
        />
      }
    >
      {remote.kind === 'failed' && <Unread problem={remote.problem} again={refreshPolicies} />}
      {versions === null ? (
        remote.kind === 'loading' && <Skeleton h={160} />
      ) : versions.length === 0 ? (
        <p className="hf-dim">No version of it can be read.</p>
      ) : (
        <ol className="hf-policy__history">
          {versions.map((version) => (
            <li key={version.version}>
              <Version
                version={version}
                which={which}
                view={view}
                onRestore={
                  version.version === view[which].version || view[which].version === null ? null : () => onRestore(which, version.version)
                }
              />
            </li>
          ))}
        </ol>
      )}
    </Panel>
  )
}

interface VersionProps {
  readonly version: PolicyVersionView
  readonly which: PolicyKind
  readonly view: PoliciesView
  readonly onRestore: (() => void) | null
}

function Version({ version, which, view, onRestore }: VersionProps) {
  const { version: number, atMs, actor, reason, origin, intact, changes } = version
  return (
    <>
      <div className="hf-policy__version">
        <strong className="hf-num">Version {number}</strong>
        {number === view[which].version && <Tag tone="good">in force</Tag>}
        {!intact && (
          <Tag tone="bad" title="It is not as it was written.">
            damaged
          </Tag>
        )}
        <span className="hf-dim">
          {ORIGIN_WORDS[origin]}
          {actor === 'system' ? '' : ` by ${actor}`}, <When atMs={atMs} />
        </span>
        {onRestore !== null && intact && (
          <Button size="compact-xs" variant="subtle" onClick={onRestore} aria-label={`Bring back version ${number}`}>
            Bring back…
          </Button>
        )}
      </div>
      <p>{reason}</p>
      {changes !== null && changes.length > 0 && <Changes which={which} changes={changes} names={view.names} />}
    </>
  )
}
