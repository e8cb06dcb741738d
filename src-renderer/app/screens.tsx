import { OrderStory } from '../features/order-story/order-story'
import { Trade } from '../features/trade/trade'
import { useNavigation } from '../stores/navigation'

/** The screen that the address names. What several features show together is put together here. */
export function Screens() {
  const { screen } = useNavigation()
  switch (screen) {
    case 'trade':
      return <Trade renderOrder={(orderId) => <OrderStory orderId={orderId} />} />
    default:
      return <p>{screen}</p>
  }
}
