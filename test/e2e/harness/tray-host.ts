import { asText, Bus } from './dbus.js'

/** A line of a tray's menu. */
export interface TrayItem {
  readonly id: number
  readonly label: string
  readonly enabled: boolean
}

/** A desktop's tray, as an app meets it: the StatusNotifier watcher on the session bus, and the menus of what registers there. */
export interface TrayHost {
  /** Waits for the menu of the first thing that put itself into the tray. */
  menu(): Promise<readonly TrayItem[]>
  /** Clicks a line of it. */
  click(item: TrayItem): Promise<void>
  close(): void
}

const MENU = { path: '/com/canonical/dbusmenu', interface: 'com.canonical.dbusmenu' } as const

/** Begins to be the tray of this session; to be called before the app starts. */
export async function hostTray(): Promise<TrayHost> {
  let register = (_service: string): void => undefined
  const registered = new Promise<string>((resolve) => {
    register = resolve
  })
  const bus = await Bus.open(process.env['DBUS_SESSION_BUS_ADDRESS'] ?? '', ({ member, body, sender }) => {
    switch (member) {
      case 'Get': // of IsStatusNotifierHostRegistered and ProtocolVersion
        return { signature: 'v', body: [body[1] === 'ProtocolVersion' ? ['i', 0] : ['b', true]] }
      case 'GetAll':
        return { signature: 'a{sv}', body: [[['IsStatusNotifierHostRegistered', ['b', true]]]] }
      case 'RegisterStatusNotifierItem':
        register(String(body[0]).startsWith('/') ? sender : String(body[0]))
        return { signature: '', body: [] }
      default:
        return null
    }
  })
  await bus.own('org.kde.StatusNotifierWatcher')
  return {
    async menu() {
      const destination = await registered
      const [, layout] = await bus.call({ ...MENU, destination, member: 'GetLayout', signature: 'iias', body: [0, -1, []] })
      const [, , children] = layout as [number, unknown, readonly [number, [string, unknown][], unknown][]]
      return children.map(([id, list]) => {
        const properties = new Map(list)
        // An underscore marks a mnemonic.
        return { id, label: asText(properties.get('label')).replaceAll('_', ''), enabled: properties.get('enabled') !== false }
      })
    },
    async click({ id }) {
      const body = [id, 'clicked', ['i', 0], 0]
      await bus.call({ ...MENU, destination: await registered, member: 'Event', signature: 'isvu', body })
    },
    close: () => {
      bus.close()
    },
  }
}
