import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Keeps at most so many connections. One more ends the oldest that has not asked for anything yet, which `onEvicted` hears of: whoever opens connections and stays
 * silent keeps nobody else out. Connections whose request is being answered are never ended for another.
 */
export function keepRoom(server: Server, most: number, onEvicted: () => void): void {
  /** In the order in which they came. */
  const silent = new Set<Socket>()
  let open = 0
  server.on('connection', (socket) => {
    open += 1
    silent.add(socket)
    socket.once('close', () => {
      open -= 1
      silent.delete(socket)
    })
    if (open <= most) return
    const [oldest = socket] = silent
    silent.delete(oldest)
    oldest.destroy()
    onEvicted()
  })
  server.on('request', ({ socket }) => silent.delete(socket))
}
