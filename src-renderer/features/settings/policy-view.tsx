import { Code, Skeleton } from '@mantine/core'

import { known } from '../../stores/remote'
import { useSettings } from '../../stores/settings'
import { CopyButton } from '../../ui/copy-button'
import { Notice, SaidNotice } from '../../ui/notice'
import { Panel } from '../../ui/panel'
import { sayProblem } from '../../ui/words/problems'

/** The policy file as it is read now. It is changed in the file, by whoever may write it, and read again. */
export function PolicyView() {
  const remote = useSettings((state) => state.policy)
  const policy = known(remote)
  return (
    <Panel title="Policy">
      {remote.kind === 'loading' && <Skeleton h={160} />}
      {remote.kind === 'failed' && <SaidNotice said={sayProblem(remote.problem)} />}
      {policy !== null && (
        <div className="hf-policy">
          {policy.problem !== null && (
            <Notice tone="danger" live="alert" title="The policy cannot be used, so every order is denied.">
              {policy.problem}
            </Notice>
          )}
          <p className="hf-policy__path">
            <span className="hf-mono">{policy.path}</span> <CopyButton text={policy.path} what="path" />
          </p>
          <Code block tabIndex={0} aria-label="Policy text">
            {policy.text}
          </Code>
        </div>
      )}
    </Panel>
  )
}
