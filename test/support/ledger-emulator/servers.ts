import { once } from 'node:events'
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTcp, type AddressInfo, type Server as NetServer, type Socket } from 'node:net'

import type { DeviceState, LedgerEmulator } from './device'

/** A way to an emulated device, as if it were plugged in. */
export interface EmulatedPlug {
  /** What a signer's config names: `http://…` or `tcp://…` on loopback. */
  readonly url: string
  /** Pulls the cable: what is under way breaks, and nobody is found there any more. */
  unplug(): Promise<void>
  /** Plugs it in again, at the same place. */
  plug(): Promise<void>
  close(): Promise<void>
}

/**
 * The device behind Speculos' HTTP form: `POST /apdu {data}` answers `{data}`. Beside it, for tests in another process: `GET /screens`, `GET /state`,
 * `POST /state {…}` and `POST /press {button}`.
 */
export async function plugIntoHttp(device: LedgerEmulator, port = 0): Promise<EmulatedPlug> {
  const server = createHttp((request, response) => {
    answer(device, request, response).catch(() => request.socket.destroy())
  })
  return plugged(server, port, 'http', device, () => {
    server.closeAllConnections()
  })
}

/** The device behind Speculos' TCP form: a length of four bytes and the command; the length of the answer's data and the answer. */
export async function plugIntoTcp(device: LedgerEmulator, port = 0): Promise<EmulatedPlug> {
  const sockets = new Set<Socket>()
  const server = createTcp((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    let waiting = Buffer.alloc(0)
    let before = Promise.resolve()
    socket.on('data', (data) => {
      waiting = Buffer.concat([waiting, data])
      for (;;) {
        if (waiting.length < 4) return
        const end = 4 + waiting.readUInt32BE(0)
        if (waiting.length < end) return
        const apdu = waiting.subarray(4, end)
        waiting = waiting.subarray(end)
        before = before
          .then(() => overTcp(device, socket, apdu))
          .catch(() => {
            socket.destroy()
          })
      }
    })
  })
  return plugged(server, port, 'tcp', device, () => {
    for (const socket of sockets) socket.destroy()
  })
}

async function overTcp(device: LedgerEmulator, socket: Socket, apdu: Buffer): Promise<void> {
  const wire = device.wireFor(apdu)
  const whole = await device.exchange(apdu)
  if (wire === 'never') return
  if (wire === 'broken') {
    socket.destroy()
    return
  }
  const length = Buffer.alloc(4)
  length.writeUInt32BE(wire === 'endless' ? 0x7fff_ffff : whole.length - 2)
  socket.write(Buffer.concat([length, whole]))
  if (wire === 'endless') pourInto(socket)
}

function pourInto(sink: Pick<Socket, 'write' | 'destroyed' | 'once'>): void {
  const pour = (): void => {
    while (!sink.destroyed) if (!sink.write(Buffer.alloc(16_384, 0x61))) return void sink.once('drain', pour)
  }
  pour()
}

async function answer(device: LedgerEmulator, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request)
  const json = (value: unknown): void => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  }
  switch (`${request.method ?? ''} ${request.url ?? ''}`) {
    case 'POST /apdu': {
      const apdu = Buffer.from((JSON.parse(body) as { data: string }).data, 'hex')
      const wire = device.wireFor(apdu)
      const data = (await device.exchange(apdu)).toString('hex')
      if (wire === 'never') return
      if (wire === 'broken') request.socket.destroy()
      else if (wire === 'endless') {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.write('{"data":"')
        pourInto(response as unknown as Socket)
      } else json({ data })
      return
    }
    case 'GET /screens':
      json(device.deviceScreens())
      return
    case 'GET /state':
      json(device.state)
      return
    case 'POST /state':
      Object.assign(device.state, JSON.parse(body) as Partial<DeviceState>)
      json(device.state)
      return
    case 'POST /press':
      device.press((JSON.parse(body) as { button: 'approve' | 'reject' }).button)
      json({})
      return
    default:
      response.writeHead(404).end()
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

async function plugged(
  server: NetServer,
  wanted: number,
  scheme: 'http' | 'tcp',
  device: LedgerEmulator,
  cut: () => void,
): Promise<EmulatedPlug> {
  const listen = async (port: number): Promise<void> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(wanted)
  const { port } = server.address() as AddressInfo
  const unplug = async (): Promise<void> => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    cut()
    device.powerOff()
    await closed
  }
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    unplug,
    plug: async () => {
      if (!server.listening) await listen(port)
    },
    close: unplug,
  }
}
