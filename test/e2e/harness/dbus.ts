import { connect, type Socket } from 'node:net'

/**
 * As much of D-Bus as a test needs to stand in for a desktop's tray: little-endian messages over a unix socket, by the D-Bus specification 0.41. Values of a
 * message are plain: numbers, strings, booleans, arrays (also for structs), and `[signature, value]` for a variant that is sent.
 */
export interface BusMessage {
  readonly type: number
  readonly serial: number
  readonly path: string
  readonly member: string
  readonly interface: string
  readonly sender: string
  readonly replySerial: number
  readonly body: readonly unknown[]
}

/** A call to make. */
export interface BusCall {
  readonly destination: string
  readonly path: string
  readonly interface: string
  readonly member: string
  readonly signature?: string
  readonly body?: readonly unknown[]
}

/** What a reply carries. */
export interface BusReply {
  readonly signature: string
  readonly body: readonly unknown[]
}

const CALL = 1
const REPLY = 2
const ERROR = 3
const FIELDS = { path: 1, interface: 2, member: 3, replySerial: 5, destination: 6, sender: 7, signature: 8 } as const

/** A connection to the session bus. */
export class Bus {
  private serial = 0
  private input = Buffer.alloc(0)
  private readonly waiting = new Map<number, { resolve: (body: readonly unknown[]) => void; reject: (error: Error) => void }>()

  private constructor(
    private readonly socket: Socket,
    private readonly answer: (call: BusMessage) => BusReply | null,
  ) {
    socket.on('data', (chunk) => {
      this.input = Buffer.concat([this.input, chunk])
      for (let message = this.next(); message !== null; message = this.next()) this.hear(message)
    })
  }

  /** Connects to `unix:path=…` and says hello. `answer` answers calls; null where there is no such thing. */
  static async open(address: string, answer: (call: BusMessage) => BusReply | null): Promise<Bus> {
    const path = /unix:path=([^,]+)/.exec(address)?.[1]
    if (path === undefined) throw new Error(`not a bus of ours: ${address}`)
    const socket = connect(path)
    const uid = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex')
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.once('data', (line) => {
        if (line.toString().startsWith('OK')) resolve()
        else reject(new Error(line.toString()))
      })
      socket.write(`\0AUTH EXTERNAL ${uid}\r\n`)
    })
    socket.write('BEGIN\r\n')
    const bus = new Bus(socket, answer)
    await bus.call({ ...DAEMON, member: 'Hello' })
    return bus
  }

  /** Takes a name on the bus. */
  async own(name: string): Promise<void> {
    await this.call({ ...DAEMON, member: 'RequestName', signature: 'su', body: [name, 0] })
  }

  /** Makes a call and gives what it answers. */
  call(call: BusCall): Promise<readonly unknown[]> {
    const serial = this.send(CALL, call)
    return new Promise((resolve, reject) => this.waiting.set(serial, { resolve, reject }))
  }

  close(): void {
    this.socket.destroy()
  }

  private hear(message: BusMessage): void {
    if (message.type === CALL) {
      const reply = this.answer(message)
      const to = { destination: message.sender, replySerial: message.serial }
      if (reply === null) this.send(ERROR, { ...to, errorName: 'org.freedesktop.DBus.Error.UnknownMethod' })
      else this.send(REPLY, { ...to, ...reply })
      return
    }
    const waiter = this.waiting.get(message.replySerial)
    this.waiting.delete(message.replySerial)
    if (message.type === REPLY) waiter?.resolve(message.body)
    else if (message.type === ERROR) waiter?.reject(new Error(JSON.stringify(message.body)))
  }

  private send(type: number, parts: Partial<BusCall> & { replySerial?: number; errorName?: string }): number {
    const body = new Writer()
    const signature = parts.signature ?? ''
    body.values(signature, parts.body ?? [])
    const fields: [number, readonly [string, unknown]][] = []
    if (parts.path !== undefined) fields.push([FIELDS.path, ['o', parts.path]])
    if (parts.interface !== undefined) fields.push([FIELDS.interface, ['s', parts.interface]])
    if (parts.member !== undefined) fields.push([FIELDS.member, ['s', parts.member]])
    if (parts.errorName !== undefined) fields.push([4, ['s', parts.errorName]])
    if (parts.replySerial !== undefined) fields.push([FIELDS.replySerial, ['u', parts.replySerial]])
    if (parts.destination !== undefined) fields.push([FIELDS.destination, ['s', parts.destination]])
    if (signature !== '') fields.push([FIELDS.signature, ['g', signature]])
    const head = new Writer()
    this.serial += 1
    head.values('yyyyuua(yv)', ['l'.charCodeAt(0), type, 0, 1, body.bytes().length, this.serial, fields])
    head.align(8)
    this.socket.write(Buffer.concat([head.bytes(), body.bytes()]))
    return this.serial
  }

  private next(): BusMessage | null {
    if (this.input.length < 16) return null
    const fieldsLength = this.input.readUInt32LE(12)
    const bodyAt = 16 + fieldsLength + ((8 - (fieldsLength % 8)) % 8)
    const end = bodyAt + this.input.readUInt32LE(4)
    if (this.input.length < end) return null
    const reader = new Reader(this.input)
    const [, type, , , , serial, list] = reader.values('yyyyuua(yv)') as [0, number, 0, 0, 0, number, [number, unknown][]]
    const fields = new Map(list)
    const text = (field: number): string => asText(fields.get(field))
    const body = new Reader(this.input.subarray(bodyAt, end)).values(text(FIELDS.signature))
    this.input = this.input.subarray(end)
    return {
      type,
      serial,
      path: text(FIELDS.path),
      member: text(FIELDS.member),
      interface: text(FIELDS.interface),
      sender: text(FIELDS.sender),
      replySerial: Number(fields.get(FIELDS.replySerial) ?? 0),
      body,
    }
  }
}

const DAEMON = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' } as const
/** A text out of a message; empty where there is none. */
export const asText = (value: unknown): string => (typeof value === 'string' ? value : '')
const SIZES: Readonly<Record<string, number>> = {
  y: 1,
  n: 2,
  q: 2,
  i: 4,
  u: 4,
  b: 4,
  s: 4,
  o: 4,
  a: 4,
  x: 8,
  t: 8,
  d: 8,
  '(': 8,
  '{': 8,
  g: 1,
  v: 1,
}

/** The complete types of a signature: `isa{sv}` is `i`, `s`, `a{sv}`. */
function typesOf(signature: string): readonly string[] {
  const types: string[] = []
  for (let at = 0; at < signature.length;) {
    const end = endOf(signature, at)
    types.push(signature.slice(at, end))
    at = end
  }
  return types
}

function endOf(signature: string, at: number): number {
  const first = signature.charAt(at)
  if (first === 'a') return endOf(signature, at + 1)
  if (first !== '(' && first !== '{') return at + 1
  let depth = 0
  for (let index = at; ; index++) {
    if ('({'.includes(signature.charAt(index))) depth += 1
    if (')}'.includes(signature.charAt(index)) && --depth === 0) return index + 1
  }
}

class Writer {
  private parts: Buffer[] = []
  private length = 0

  bytes(): Buffer {
    return Buffer.concat(this.parts)
  }

  align(size: number): void {
    this.push(Buffer.alloc((size - (this.length % size)) % size))
  }

  values(signature: string, values: readonly unknown[]): void {
    typesOf(signature).forEach((type, index) => {
      this.value(type, values[index])
    })
  }

  private value(type: string, value: unknown): void {
    const kind = type.charAt(0)
    this.align(SIZES[kind] ?? 1)
    if (kind === 'y') this.push(Buffer.from([value as number]))
    else if (kind === 'b' || kind === 'u') this.u32(Number(value))
    else if (kind === 'i') this.u32((value as number) >>> 0)
    else if (kind === 's' || kind === 'o') {
      this.u32(Buffer.byteLength(value as string))
      this.push(Buffer.from(`${value as string}\0`))
    } else if (kind === 'g') this.push(Buffer.from([(value as string).length, ...Buffer.from(`${value as string}\0`)]))
    else if (kind === 'v') {
      const [inner, content] = value as readonly [string, unknown]
      this.value('g', inner)
      this.value(inner, content)
    } else if (kind === '(' || kind === '{') this.values(type.slice(1, -1), value as readonly unknown[])
    else this.array(type.slice(1), value as readonly unknown[])
  }

  private array(element: string, values: readonly unknown[]): void {
    const length = Buffer.alloc(4)
    this.push(length)
    this.align(SIZES[element.charAt(0)] ?? 1)
    const start = this.length
    for (const value of values) this.value(element, value)
    length.writeUInt32LE(this.length - start)
  }

  private u32(value: number): void {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(value)
    this.push(bytes)
  }

  private push(bytes: Buffer): void {
    this.parts.push(bytes)
    this.length += bytes.length
  }
}

class Reader {
  private at = 0

  constructor(private readonly bytes: Buffer) {}

  values(signature: string): unknown[] {
    return typesOf(signature).map((type) => this.value(type))
  }

  private value(type: string): unknown {
    const kind = type.charAt(0)
    const size = SIZES[kind] ?? 1
    this.at += (size - (this.at % size)) % size
    if (kind === '(' || kind === '{') return this.values(type.slice(1, -1))
    if (kind === 'v') return this.value(this.text(this.bytes.readUInt8(this.skip(1))))
    if (kind === 'g') return this.text(this.bytes.readUInt8(this.skip(1)))
    if (kind === 'a') return this.array(type.slice(1))
    const from = this.skip(size)
    if (kind === 's' || kind === 'o') return this.text(this.bytes.readUInt32LE(from))
    if (kind === 'y') return this.bytes.readUInt8(from)
    if (kind === 'b') return this.bytes.readUInt32LE(from) === 1
    if (kind === 'i') return this.bytes.readInt32LE(from)
    if (kind === 'd') return this.bytes.readDoubleLE(from)
    return size === 8 ? this.bytes.readBigUInt64LE(from) : size === 2 ? this.bytes.readUInt16LE(from) : this.bytes.readUInt32LE(from)
  }

  private array(element: string): unknown[] {
    const length = this.bytes.readUInt32LE(this.skip(4))
    const size = SIZES[element.charAt(0)] ?? 1
    this.at += (size - (this.at % size)) % size
    const values: unknown[] = []
    for (const end = this.at + length; this.at < end;) values.push(this.value(element))
    return values
  }

  private text(length: number): string {
    const from = this.skip(length + 1)
    return this.bytes.toString('utf8', from, from + length)
  }

  private skip(length: number): number {
    const from = this.at
    this.at += length
    return from
  }
}
