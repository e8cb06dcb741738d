import { useStatus } from '../../stores/status'
import { Facts, Panel } from '../../ui/panel'
import { When } from '../../ui/values'

/** What runs, and whether the system keeps secrets. */
export function About() {
  const status = useStatus((state) => state.status)
  if (status === null) return null
  const { version, electron, keychain, startedAtMs } = status
  return (
    <Panel title="This Holdfast">
      <Facts
        facts={[
          { label: 'Version', value: version },
          { label: 'Electron', value: electron },
          { label: 'Keychain', value: keychain.available ? keychain.backend : `none that keeps secrets (${keychain.backend})` },
          { label: 'Started', value: <When atMs={startedAtMs} /> },
        ]}
      />
    </Panel>
  )
}
