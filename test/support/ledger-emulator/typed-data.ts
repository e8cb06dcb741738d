import { keccak256 } from 'ethers/crypto'
import { TypedDataEncoder } from 'ethers/hash'
import { getAddress } from 'ethers/address'
import { concat, hexlify } from 'ethers/utils'

import type { ScreenKind, ShownScreen } from './screens'
import { RefusedWith, STATUS } from './status'

interface Field {
  readonly name: string
  readonly base: string
  /** Array levels from the inside out; null where the length is free. */
  readonly levels: readonly (number | null)[]
}
type Value = string | boolean | Value[] | { [name: string]: Value }
/** What the device waits for: how many elements an array has, or the bytes of a field. */
type Wanted = 'array' | 'field'
type Walk = Generator<Wanted, Value, Buffer>

const KINDS = ['custom', 'int', 'uint', 'address', 'bool', 'string', 'bytes', 'bytes'] as const
/** The size of the app's line buffer, less its last zero. */
const MOST_CHARS = 99

/** EIP-712 data as the Ethereum app takes it in: first the definitions, then the domain and the message field by field. */
export class TypedDataStream {
  readonly #structs = new Map<string, Field[]>()
  readonly #screens: ShownScreen[] = []
  readonly #roots = new Map<string, Value>()
  #defined = ''
  #primary = ''
  #walk: { readonly root: string; readonly steps: Walk; wanted: Wanted } | null = null
  #partial = Buffer.alloc(0)

  constructor(private readonly kind: ScreenKind) {}

  /** INS 0x1A: a struct's name, or its next field. */
  define(p2: number, data: Buffer): void {
    if (p2 === 0x00) {
      this.#defined = data.toString('ascii')
      this.#structs.set(this.#defined, [])
    } else if (p2 === 0xff) this.#structs.get(this.#defined)?.push(readField(data))
    else throw new RefusedWith(STATUS.WRONG_P1_P2)
  }

  /** INS 0x1C: a root struct, an array's length, or (part of) a field's value. */
  implement(p1: number, p2: number, data: Buffer): void {
    if (p2 === 0x00) this.#start(data.toString('ascii'))
    else if (p2 === 0x0f) this.#feed('array', data)
    else if (p2 === 0xff) {
      this.#partial = Buffer.concat([this.#partial, data])
      if (p1 !== 0x00) return
      const whole = this.#partial
      this.#partial = Buffer.alloc(0)
      if (whole.length < 2 || whole.readUInt16BE(0) !== whole.length - 2) throw new RefusedWith(STATUS.INVALID)
      this.#feed('field', whole.subarray(2))
    } else throw new RefusedWith(STATUS.WRONG_P1_P2)
  }

  /** What is to be signed, once everything was given, and what is shown for it. */
  finish(): { readonly digest: string; readonly screens: readonly ShownScreen[] } {
    const domain = this.#roots.get('EIP712Domain')
    const message = this.#roots.get(this.#primary)
    if (domain === undefined || message === undefined || this.#walk !== null) throw new RefusedWith(STATUS.INVALID)
    const hash = this.#hash(this.#primary, message)
    return {
      digest: keccak256(concat(['0x1901', this.#hash('EIP712Domain', domain), hash])),
      screens: [
        { title: 'Blind signing ahead', value: '' },
        { title: 'Review typed message', value: '' },
        ...this.#screens,
        ...(this.kind === 'touch' ? [] : [{ title: 'Message hash', value: hash }]),
        { title: this.kind === 'touch' ? 'Sign typed message?' : 'Sign message', value: '' },
      ],
    }
  }

  #start(root: string): void {
    if (!this.#structs.has(root) || this.#walk !== null) throw new RefusedWith(STATUS.INVALID)
    if (root !== 'EIP712Domain') this.#primary = root
    const steps = this.#readStruct(root)
    if (this.kind === 'touch') this.#screens.push({ title: 'Review struct', value: root })
    this.#advance(root, steps, steps.next())
  }

  #feed(kind: Wanted, data: Buffer): void {
    const walk = this.#walk
    if (walk?.wanted !== kind) throw new RefusedWith(STATUS.INVALID)
    this.#advance(walk.root, walk.steps, walk.steps.next(data))
  }

  #advance(root: string, steps: Walk, step: IteratorResult<Wanted, Value>): void {
    if (step.done === true) {
      this.#roots.set(root, step.value)
      this.#walk = null
    } else this.#walk = { root, steps, wanted: step.value }
  }

  *#readStruct(name: string): Walk {
    const value: { [name: string]: Value } = {}
    for (const field of this.#structs.get(name) ?? []) value[field.name] = yield* this.#readValue(field, field.levels.length, name)
    return value
  }

  *#readValue(field: Field, level: number, within: string): Walk {
    if (level > 0) {
      const count = (yield 'array')[0] ?? 0
      const fixed = field.levels[level - 1]
      if (fixed !== null && fixed !== count) throw new RefusedWith(STATUS.INVALID)
      const items: Value[] = []
      for (let item = 0; item < count; item += 1) items.push(yield* this.#readValue(field, level - 1, within))
      return items
    }
    if (this.#structs.has(field.base)) {
      if (this.kind === 'touch') this.#screens.push({ title: 'Review struct', value: field.base })
      return yield* this.#readStruct(field.base)
    }
    const bytes = yield 'field'
    const [value, text] = readPrimitive(field.base, bytes)
    if (this.kind === 'touch' || this.#roots.size === 0) this.#screens.push({ title: field.name, value: text })
    return value
  }

  #hash(name: string, value: Value): string {
    const types = Object.fromEntries([...this.#structs].map(([struct, fields]) => [struct, fields.map(typeOf)]))
    const used = name === 'EIP712Domain' ? { EIP712Domain: types['EIP712Domain'] ?? [] } : withoutDomain(types)
    return TypedDataEncoder.hashStruct(name, used, value as Record<string, unknown>)
  }
}

function withoutDomain<T>({ EIP712Domain: _, ...types }: Record<string, T>): Record<string, T> {
  return types
}

function typeOf({ name, base, levels }: Field): { name: string; type: string } {
  return { name, type: base + levels.map((size) => `[${size ?? ''}]`).join('') }
}

/** Type byte (array bit, size bit, kind), then the struct's name, the size, the array levels and the field's name. */
function readField(data: Buffer): Field {
  let at = 0
  const byte = (): number => data[at++] ?? 0
  const text = (): string => {
    const length = byte()
    at += length
    return data.toString('ascii', at - length, at)
  }
  const description = byte()
  const kind = KINDS[description & 0x0f]
  if (kind === undefined) throw new RefusedWith(STATUS.INVALID)
  const custom = kind === 'custom' ? text() : null
  const size = (description & 0x40) !== 0 ? byte() : null
  const levels = Array.from({ length: (description & 0x80) !== 0 ? byte() : 0 }, () => (byte() === 0 ? null : byte()))
  const sized = size === null ? '' : String(kind === 'bytes' ? size : size * 8)
  return { base: custom ?? kind + sized, levels, name: text() }
}

function readPrimitive(type: string, bytes: Buffer): [Value, string] {
  if (type === 'string') {
    const text = bytes.toString('utf8')
    return [text, text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS - 3)}...` : text]
  }
  if (type === 'bool') return [bytes.some((byte) => byte !== 0), bytes.some((byte) => byte !== 0) ? 'true' : 'false']
  if (type === 'address') {
    if (bytes.length !== 20) throw new RefusedWith(STATUS.INVALID)
    return [hexlify(bytes), getAddress(hexlify(bytes))]
  }
  if (type.startsWith('bytes')) {
    const room = Math.floor((MOST_CHARS - 2) / 2)
    const whole = hexlify(bytes)
    return [whole, bytes.length > room ? `${whole.slice(0, MOST_CHARS - 3)}...` : whole]
  }
  const unsigned = bytes.length === 0 ? 0n : BigInt(hexlify(bytes))
  const value = type.startsWith('uint') ? unsigned : BigInt.asIntN(bytes.length * 8, unsigned)
  return [value.toString(), value.toString()]
}
