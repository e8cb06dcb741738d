/** Which windows may call: each has its own table of calls. */
export type WindowRole = 'main' | 'secure'

/** What is known of whoever sent a message. */
export interface Sender {
  readonly webContentsId: number
  /** Null when the frame is already gone. */
  readonly frameUrl: string | null
  readonly isMainFrame: boolean
}

const PAGES: Readonly<Record<WindowRole, string>> = { main: 'app://holdfast/index.html', secure: 'app://holdfast/secure.html' }

/** The page of a role: the only address from which its calls are heard. */
export function pageOf(role: WindowRole): string {
  return PAGES[role]
}

/** Remembers which web contents are ours and in which role; everybody else is refused. */
export class SenderRegistry {
  private readonly roles = new Map<number, WindowRole>()

  add(webContentsId: number, role: WindowRole): void {
    this.roles.set(webContentsId, role)
  }

  remove(webContentsId: number): void {
    this.roles.delete(webContentsId)
  }

  /** Whether a sender is the main frame of our own page in this role. An empty or unknown address is refused. */
  allows(sender: Sender, role: WindowRole): boolean {
    if (this.roles.get(sender.webContentsId) !== role || !sender.isMainFrame || sender.frameUrl === null) return false
    return sender.frameUrl.replace(/[#?].*$/, '') === PAGES[role]
  }
}
