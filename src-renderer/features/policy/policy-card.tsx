import { Button, Menu } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'

import type { PoliciesView, PolicyKind } from '../../../src-preload/contract/policy'
import { beginPolicyAnew } from '../../stores/policy'
import { Notice } from '../../ui/notice'
import { Facts, Panel, type Fact } from '../../ui/panel'
import { WithReason } from '../../ui/with-reason'
import { POLICY_WORDS, policyFields } from '../../ui/words/policy'
import { Shown } from './shown'

/** Where a proposal can be read from. */
export type ImportFrom = 'file' | 'variables' | 'set-up'

interface Props {
  readonly which: PolicyKind
  readonly view: PoliciesView
  readonly onChange: () => void
  readonly onImport: (from: ImportFrom) => void
}

/** One of the policies in human words, and what may be done about it. */
export function PolicyCard({ which, view, onChange, onImport }: Props) {
  const { version, policy, problem, lacks } = view[which]
  const { title, means } = POLICY_WORDS[which]
  const isLacking = lacks.chainId !== null || lacks.accounts.length > 0
  return (
    <Panel
      title={title}
      aside={
        policy !== null && (
          <span className="hf-policy__acts">
            <Import which={which} view={view} onImport={onImport} />
            <Button size="compact-sm" variant="default" onClick={onChange}>
              Change…
            </Button>
          </span>
        )
      }
    >
      <p className="hf-dim">
        {means} {version !== null && <span className="hf-num">Version {version}.</span>}
      </p>
      {problem !== null && (
        <Notice
          tone="danger"
          live="alert"
          title={
            which === 'trading'
              ? 'This policy cannot be used, so every order is denied.'
              : 'This policy cannot be used, so nothing is signed.'
          }
          actions={
            <WithReason
              open="Begin anew…"
              means="What cannot be read is kept aside. A small window asks for your authority."
              action="Begin anew"
              act={(reason) => beginPolicyAnew(which, reason)}
            />
          }
        >
          {`Why: ${problem}. Find out who changed it. Then begin anew with what set-up makes of your chain and signers, and review that.`}
        </Notice>
      )}
      {isLacking && (
        <Notice
          tone="attention"
          title="What you have set up is not all in this policy."
          actions={
            <Button size="compact-sm" variant="default" onClick={() => onImport('set-up')}>
              Review what is missing…
            </Button>
          }
        >
          {lacking(lacks)} You have changed this policy, so set-up no longer adds to it by itself.
        </Notice>
      )}
      {policy !== null && <Facts facts={factsOf(which, view)} />}
    </Panel>
  )
}

function Import({ which, view, onImport }: Pick<Props, 'which' | 'view' | 'onImport'>) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button size="compact-sm" variant="subtle" leftSection={<IconDownload size={14} aria-hidden />}>
          Import
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onImport('file')}>From a file…</Menu.Item>
        <Menu.Item disabled={!view.variables[which]} onClick={() => onImport('variables')}>
          From this system’s variables
        </Menu.Item>
        <Menu.Item onClick={() => onImport('set-up')}>From the chain and signers that are set up</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function factsOf(which: PolicyKind, view: PoliciesView): Fact[] {
  const policy = view[which].policy as Readonly<Record<string, unknown>> | null
  const facts = policyFields(which).map(({ field, name, means, kind }): Fact => {
    const value = policy?.[field]
    const items = Array.isArray(value) ? value.map(String) : [String(value)]
    return {
      label: name,
      hint: means,
      value:
        items.length === 0 ? (
          <span className="hf-dim">none</span>
        ) : (
          <span className="hf-policy__items">
            {items.map((item) => (
              <Shown key={item} text={item} kind={kind} names={view.names} />
            ))}
          </span>
        ),
    }
  })
  return which === 'signing' ? [...facts, { label: 'New contracts', value: 'never made' }] : facts
}

function lacking({ chainId, accounts }: PoliciesView['trading']['lacks']): string {
  const parts = [
    ...(chainId === null ? [] : [`chain ${chainId}`]),
    ...(accounts.length === 0 ? [] : [accounts.length === 1 ? 'one of your accounts' : `${accounts.length} of your accounts`]),
  ]
  return `It does not name ${parts.join(' and ')}.`
}
