import '../add/wizard.css'
import './places.css'

import { Skeleton } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useEffect } from 'react'

import { hrefOf } from '../../../stores/navigation'
import { known } from '../../../stores/remote'
import { refreshSecretPlaces, useSecretPlaces } from '../../../stores/secret-places'
import { ScreenHead } from '../../../ui/panel'
import { Unread } from '../../../ui/unread'
import { PlaceCard } from './place-card'
import { TryReference } from './try-reference'

/** Where secrets lie that the app does not keep itself, and whether one can be read. */
export function SecretPlaces() {
  const remote = useSecretPlaces((state) => state.places)
  const places = known(remote)
  useEffect(() => {
    void refreshSecretPlaces()
  }, [])
  return (
    <div className="hf-places">
      <a className="hf-wizard__back" href={hrefOf('settings')}>
        <IconArrowLeft size={14} aria-hidden /> Settings
      </a>
      <ScreenHead
        title="Secrets kept elsewhere"
        about="PINs, tokens and keys of your signers may lie in a store of your own. Holdfast reads one when a signer needs it, and keeps no copy."
      />
      {remote.kind === 'failed' && <Unread problem={remote.problem} again={refreshSecretPlaces} />}
      {places === null ? (
        remote.kind === 'loading' && <Skeleton h={220} />
      ) : (
        <>
          <div className="hf-places__columns">
            {(['vault', 'aws-sm'] as const).map((kind) => (
              <PlaceCard key={kind} kind={kind} place={places.find((one) => one.kind === kind) ?? null} />
            ))}
          </div>
          <TryReference />
        </>
      )}
    </div>
  )
}
