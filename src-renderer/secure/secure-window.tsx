import './secure.css'

import { Skeleton } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useEffect, useState } from 'react'

import type { SecureTask } from '../../src-preload/contract/secure'
import { Notice } from '../ui/notice'
import { cancelTask, readTask } from './api'
import { Authorise } from './authorise'
import { Enrol } from './enrol'
import { EnrolDevice } from './enrol-device'
import { ImportKey } from './import-key'
import { NewPassword } from './new-password'
import { RecoveryKeys } from './recovery-keys'
import { ShowSecret } from './show-secret'
import { SetPassword } from './set-password'
import { StoreSecret } from './store-secret'
import { Unlock } from './unlock'
import { UnlockApp } from './unlock-app'
import { NextTask } from './use-answer'

/** The small window in which secrets are typed. It shows the one task that main has set. */
export function SecureWindow() {
  const [task, setTask] = useState<SecureTask | 'loading' | 'none'>('loading')
  useEffect(() => {
    void readTask().then((reply) => {
      setTask(reply.ok && reply.value !== null ? reply.value : 'none')
    })
  }, [])
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') cancelTask()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return (
    <main className="hf-secure">
      <header className="hf-secure__head">
        <IconLock size={16} aria-hidden />
        <span>Private entry. The main window cannot see what is typed here.</span>
      </header>
      {task === 'loading' ? (
        <Skeleton height={240} aria-label="Loading" />
      ) : task === 'none' ? (
        <Notice tone="info" title="Nothing is asked." live="status">
          Close this window and start again from the main window.
        </Notice>
      ) : (
        <NextTask value={setTask}>
          {/* What is asked next starts with empty fields. */}
          <Task key={stepOf(task)} task={task} />
        </NextTask>
      )}
    </main>
  )
}

function Task({ task }: { readonly task: SecureTask }) {
  switch (task.kind) {
    case 'show-recovery-keys':
      return <RecoveryKeys task={task} />
    case 'authorise':
      return <Authorise task={task} />
    case 'unlock-app':
      return <UnlockApp task={task} />
    case 'set-password':
      return <SetPassword task={task} />
    case 'enrol-second-factor':
      return <Enrol task={task} />
    case 'enrol-device':
      return <EnrolDevice task={task} />
    case 'show-secret':
      return <ShowSecret task={task} />
    case 'unlock-keystore':
    case 'import-keystore-file':
      return <Unlock task={task} />
    case 'create-keystore':
      return <NewPassword task={task} />
    case 'import-key':
      return <ImportKey task={task} />
    case 'store-secret':
      return <StoreSecret task={task} />
  }
}

function stepOf(task: SecureTask): string {
  return task.kind === 'authorise' ? `${task.id} ${task.approvals.given.length}` : task.id
}
