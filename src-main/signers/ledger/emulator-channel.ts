import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'

import { MalformedAnswer } from './apdu-watch'
import { DeviceMissing } from './ledger-device'

/** A way to a device emulator on this machine: a command out, its answer in. */
export interface ApduChannel {
  /** Throws when the connection breaks, {@link MalformedAnswer} for what is no answer. */
  exchange(apdu: Uint8Array): Promise<Uint8Array>
  close(): void
}

/** No answer of the Ethereum app is longer, its status word included; twice that in hex, and JSON around it. */
const MOST_BYTES = 1_024
const MOST_TEXT = 4_096

/** Connects to an emulator, `http://` or `tcp://` on loopback as Speculos speaks them. Throws {@link DeviceMissing}. */
export async function openEmulator(url: string): Promise<ApduChannel> {
  const { protocol, hostname, port } = new URL(url)
  // The config's form allows nothing else; asked again where the connection is made.
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) throw new DeviceMissing('an emulator runs on this machine')
  const host = hostname.replace(/^\[|\]$/g, '')
  const socket = await reach(host, Number(port))
  if (protocol === 'tcp:') return overTcp(socket)
  socket.destroy()
  return overHttp(host, Number(port))
}

function reach(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port })
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      resolve(socket)
    })
    socket.once('error', (error) => reject(new DeviceMissing(error.message)))
  })
}

/** Speculos' HTTP form: `POST /apdu {data}`. */
function overHttp(host: string, port: number): ApduChannel {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    exchange: (apdu) =>
      new Promise((resolve, reject) => {
        const body = JSON.stringify({ data: Buffer.from(apdu).toString('hex') })
        const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
        const sent = request({ host, port, method: 'POST', path: '/apdu', agent, headers }, (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (part: string) => {
            text += part
            if (text.length <= MOST_TEXT) return
            reject(new MalformedAnswer('an answer of no end'))
            sent.destroy()
          })
          response.on('error', reject)
          response.on('aborted', () => reject(new Error('the connection broke')))
          response.on('end', () => {
            const bytes = response.statusCode === 200 ? readBody(text) : null
            if (bytes === null) reject(new MalformedAnswer('no answer of a device'))
            else resolve(bytes)
          })
        })
        sent.on('error', reject)
        sent.end(body)
      }),
    close: () => agent.destroy(),
  }
}

function readBody(text: string): Buffer | null {
  try {
    const { data } = JSON.parse(text) as { readonly data?: unknown }
    return typeof data === 'string' && /^(?:[0-9a-f]{2}){2,}$/i.test(data) ? Buffer.from(data, 'hex') : null
  } catch {
    return null
  }
}

/** Speculos' TCP form: length and command out; the length of the data, the data and the status word in. */
function overTcp(socket: Socket): ApduChannel {
  let pending: { readonly resolve: (answer: Uint8Array) => void; readonly reject: (error: Error) => void } | null = null
  let received = Buffer.alloc(0)
  let broken: Error | null = null
  const fail = (error: Error): void => {
    broken ??= error
    pending?.reject(error)
    pending = null
    socket.destroy()
  }
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the connection broke')))
  socket.on('data', (data) => {
    received = Buffer.concat([received, data])
    if (pending === null || received.length > 4 + MOST_BYTES) {
      fail(new MalformedAnswer('more than was asked for'))
      return
    }
    if (received.length < 4) return
    const end = 4 + received.readUInt32BE(0) + 2
    if (end > 4 + MOST_BYTES) {
      fail(new MalformedAnswer('an answer of no end'))
      return
    }
    if (received.length < end) return
    const answer = received.subarray(4, end)
    received = received.subarray(end)
    const { resolve } = pending
    pending = null
    resolve(answer)
  })
  return {
    exchange: (apdu) =>
      new Promise((resolve, reject) => {
        if (broken !== null) {
          reject(broken)
          return
        }
        pending = { resolve, reject }
        const length = Buffer.alloc(4)
        length.writeUInt32BE(apdu.length)
        socket.write(Buffer.concat([length, apdu]))
      }),
    close: () => socket.destroy(),
  }
}
