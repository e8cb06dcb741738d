import type { SecretSourceView } from '../../../../src-preload/contract/signers'
import { setSecretPlace } from '../../../stores/secret-places'
import { SECRET_PLACE_WORDS } from '../../../ui/words/secret-places'
import { ConfigDrawer } from '../config/config-drawer'
import { placeFormOf } from './place-forms'

interface Props {
  readonly kind: SecretSourceView['kind']
  readonly place: SecretSourceView | null
  readonly opened: boolean
  readonly onClose: () => void
}

/** How a place is reached, to be set up or changed. */
export function ConfigurePlace({ kind, place, opened, onClose }: Props) {
  const form = placeFormOf(kind)
  const { name } = SECRET_PLACE_WORDS[kind]
  return (
    <ConfigDrawer
      title={name}
      note="Nothing secret is typed in this window. What opens the place is kept in Holdfast’s own store, encrypted."
      form={form}
      initial={place === null ? form.fresh : form.read(place)}
      label={name}
      save={(source) => setSecretPlace(kind, source)}
      opened={opened}
      onClose={onClose}
    />
  )
}
