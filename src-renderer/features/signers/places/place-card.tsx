import { Button, Modal } from '@mantine/core'
import { useState } from 'react'

import type { Problem } from '../../../../src-preload/contract/problem'
import type { SecretSourceView } from '../../../../src-preload/contract/signers'
import { setSecretPlace } from '../../../stores/secret-places'
import { SaidNotice } from '../../../ui/notice'
import { Facts, Panel, type Fact } from '../../../ui/panel'
import { Tag } from '../../../ui/tag'
import { sayProblem } from '../../../ui/words/problems'
import { SECRET_PLACE_WORDS } from '../../../ui/words/secret-places'
import { ConfigurePlace } from './configure-place'

interface Props {
  readonly kind: SecretSourceView['kind']
  /** How it is reached; null where it is not set up. */
  readonly place: SecretSourceView | null
}

/** One place: how it is reached, and how that is changed or forgotten. */
export function PlaceCard({ kind, place }: Props) {
  const { name, about, form, example } = SECRET_PLACE_WORDS[kind]
  const [open, setOpen] = useState<'form' | 'forget' | null>(null)
  const close = () => setOpen(null)
  return (
    <Panel title={name} aside={place === null ? <Tag tone="ended">Not set up</Tag> : <Tag tone="going">Set up</Tag>}>
      <p className="hf-dim">{about}</p>
      <Facts
        facts={[
          ...(place === null ? [] : factsOf(place)),
          { label: 'Named as', value: <span className="hf-mono">{form}</span> },
          { label: 'Such as', value: <span className="hf-mono">{example}</span> },
        ]}
      />
      <div className="hf-places__acts">
        <Button variant="default" onClick={() => setOpen('form')} aria-label={`${place === null ? 'Set up' : 'Change'} ${name}…`}>
          {place === null ? 'Set up…' : 'Change…'}
        </Button>
        {place !== null && (
          <Button variant="subtle" onClick={() => setOpen('forget')} aria-label={`Forget ${name}…`}>
            Forget…
          </Button>
        )}
      </div>
      <ConfigurePlace kind={kind} place={place} opened={open === 'form'} onClose={close} />
      <Modal
        opened={open === 'forget'}
        onClose={close}
        title={`Forget ${name}`}
        centered
        size="lg"
        zIndex={300}
        closeButtonProps={{ 'aria-label': 'Close' }}
        classNames={{ inner: 'hf-below-strip', overlay: 'hf-below-strip' }}
      >
        {open === 'forget' && <Forget kind={kind} onClose={close} />}
      </Modal>
    </Panel>
  )
}

function Forget({ kind, onClose }: Pick<Props, 'kind'> & { readonly onClose: () => void }) {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const forget = () => {
    setBusy(true)
    setProblem(null)
    void setSecretPlace(kind, null).then((refused) => {
      setBusy(false)
      if (refused === null) onClose()
      else setProblem(refused.code === 'CANCELED_BY_USER' ? null : refused)
    })
  }
  return (
    <div className="hf-wizard__fields">
      <p>
        Holdfast forgets how {SECRET_PLACE_WORDS[kind].name} is reached, and what opens it. Signers whose secrets lie there sign nothing
        until it is set up again. What lies there stays.
      </p>
      {problem !== null && <SaidNotice said={sayProblem(problem)} />}
      <div className="hf-places__acts">
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
        <Button color="red" loading={busy} onClick={forget}>
          Forget…
        </Button>
      </div>
    </div>
  )
}

const TRUST_WORDS = { system: 'Public authorities', ca: 'An authority of yours', pin: 'Exactly one certificate' } as const

function factsOf(place: SecretSourceView): readonly Fact[] {
  if (place.kind === 'vault') {
    const { url, trust, clientCertificate } = place.service
    return [
      { label: 'Address', value: <span className="hf-mono">{url}</span> },
      ...(url.startsWith('https:') ? [{ label: 'Certificate checked by', value: TRUST_WORDS[trust.type] }] : []),
      ...(clientCertificate === null ? [] : [{ label: 'Our certificate', value: 'Shown to it' }]),
      { label: 'Token', value: 'Kept encrypted on this computer' },
    ]
  }
  return [
    { label: 'Region', value: <span className="hf-mono">{place.region}</span> },
    { label: 'Access key ID', value: <span className="hf-mono">{place.accessKeyId}</span> },
    ...(place.endpoint === null ? [] : [{ label: 'Endpoint', value: <span className="hf-mono">{place.endpoint}</span> }]),
    { label: 'Secret access key', value: 'Kept encrypted on this computer' },
  ]
}
