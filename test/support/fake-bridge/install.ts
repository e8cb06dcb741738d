import type { SettingsView } from '../../../src-preload/contract/app'
import { calls } from '../../../src-preload/contract/index'
import type { SecureTask } from '../../../src-preload/contract/secure'
import { FakeBridge } from './fake-bridge'
import { FakeSecureBridge } from './fake-secure'
import type { ScenarioName } from './scenario'

// Bundled into one script that runs before the page's own, in the place of the preload. The page's address says what to play.
const asked = new URL(location.href).searchParams
const scheme = (asked.get('scheme') ?? 'auto') as SettingsView['colourScheme']
const bridge = new FakeBridge((asked.get('scenario') ?? 'ready') as ScenarioName, scheme)
bridge.start()
if (asked.has('unread')) refuseReads(bridge)
const secure = new FakeSecureBridge((asked.get('task') ?? 'unlock-keystore') as SecureTask['kind'] | 'none')
Object.defineProperty(globalThis, 'holdfast', { value: bridge })
Object.defineProperty(globalThis, 'holdfastSecure', { value: secure })

/** Nothing can be read but what opens the window: what every screen says then. */
function refuseReads(from: FakeBridge): void {
  const answer = from.call.bind(from)
  from.call = (name, input) =>
    calls[name].kind !== 'query' || name.startsWith('app.') || name === 'authority.session'
      ? answer(name, input)
      : Promise.resolve({ ok: false, problem: { code: 'INTERNAL', figures: { detail: 'the record does not answer' } } })
}
