import { Alerts } from '../features/alerts/alerts'
import { Audit } from '../features/audit/audit'
import { Balances } from '../features/balances/balances'
import { Incidents } from '../features/incidents/incidents'
import { Guards } from '../features/guards/guards'
import { Limits } from '../features/limits/limits'
import { OrderStory } from '../features/order-story/order-story'
import { Monitor } from '../features/monitor/monitor'
import { Operators } from '../features/operators/operators'
import { Orders } from '../features/orders/orders'
import { Policy } from '../features/policy/policy'
import { Readiness } from '../features/readiness/readiness'
import { Settings } from '../features/settings/settings'
import { SecretPlaces } from '../features/signers/places/secret-places'
import { Signers } from '../features/signers/signers'
import { Trade } from '../features/trade/trade'
import { useNavigation } from '../stores/navigation'

const story = (orderId: string) => <OrderStory orderId={orderId} />

/** The screen that the address names. What several features show together is put together here. */
export function Screens() {
  const { screen, item } = useNavigation()
  switch (screen) {
    case 'trade':
      return <Trade renderOrder={story} />
    case 'orders':
      return <Orders selected={item} renderOrder={story} />
    case 'balances':
      return <Balances />
    case 'guards':
      return <Guards limits={<Limits />} />
    case 'signers':
      return <Signers adding={item === 'add'} />
    case 'audit':
      return <Audit selected={item !== null && /^[1-9]\d{0,14}$/.test(item) ? Number(item) : null} />
    case 'incidents':
      return <Incidents selected={item !== null && /^[ah]\d{1,15}$/.test(item) ? item : null} />
    case 'alerts':
      return <Alerts />
    case 'monitor':
      return <Monitor />
    case 'settings':
      return <SettingsPage item={item} />
  }
}

function SettingsPage({ item }: { readonly item: string | null }) {
  switch (item) {
    case 'people':
      return <Operators />
    case 'policy':
      return <Policy />
    case 'secrets':
      return <SecretPlaces />
    case 'readiness':
      return <Readiness />
    default:
      return <Settings />
  }
}
