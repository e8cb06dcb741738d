import {
  IconArrowsExchange,
  IconBell,
  IconChartLine,
  IconFileCertificate,
  IconKey,
  IconListDetails,
  IconSettings,
  IconTimelineEvent,
  IconShieldHalf,
  IconWallet,
  type Icon,
} from '@tabler/icons-react'

import type { Screen } from '../stores/navigation'

/** What each screen is called and shown by. */
export const SCREEN_WORDS: Readonly<Record<Screen, { readonly name: string; readonly icon: Icon }>> = {
  trade: { name: 'Trade', icon: IconArrowsExchange },
  orders: { name: 'Orders', icon: IconListDetails },
  balances: { name: 'Balances', icon: IconWallet },
  guards: { name: 'Guards', icon: IconShieldHalf },
  signers: { name: 'Signers', icon: IconKey },
  incidents: { name: 'Incidents', icon: IconTimelineEvent },
  audit: { name: 'Audit', icon: IconFileCertificate },
  alerts: { name: 'Alerts', icon: IconBell },
  monitor: { name: 'Monitor', icon: IconChartLine },
  settings: { name: 'Settings', icon: IconSettings },
}
