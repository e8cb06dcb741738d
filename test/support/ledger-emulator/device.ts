import { keccak256 } from 'ethers/crypto'
import { Transaction } from 'ethers/transaction'
import { concat, getBytes, hexlify } from 'ethers/utils'

import { hostileTypedDigest, hostileTransactionDigest, type HostileAnswer } from './hostile'
import { DeviceKeys } from './keys'
import { addressScreens, transactionScreens, type ScreenKind, type ShownScreen } from './screens'
import { answerOf, readPath, RefusedWith, STATUS } from './status'
import { TypedDataStream } from './typed-data'

/** How an emulated device stands and behaves; all of it can be changed while it runs. */
export interface DeviceState {
  /** What is open on it: `Ethereum`, another app, or `BOLOS`, the dashboard. */
  app: string
  version: string
  locked: boolean
  /** Whether the Ethereum app signs what it cannot show in clear. */
  blindSigning: boolean
  /** What the person does: `wait` until {@link LedgerEmulator.press}. */
  person: 'approve' | 'reject' | 'wait'
  screen: ScreenKind
  /** Old apps know EIP-712 only as two hashes, new ones only as fields. */
  eip712: { hashed: boolean; fields: boolean }
  /** Answers another status word to what is to be signed, as an app would that is too old or too new. */
  refuseSigningWith: number | null
  hostile: HostileAnswer | null
}

/** What a device does to an answer on its way out, for the server to play. */
export type Wire = 'whole' | 'never' | 'endless' | 'broken'

const FACTORY_STATE: DeviceState = {
  app: 'Ethereum',
  version: '1.19.2',
  locked: false,
  blindSigning: true,
  person: 'approve',
  screen: 'touch',
  eip712: { hashed: false, fields: true },
  refuseSigningWith: null,
  hostile: null,
}
/** The app takes a transaction in pieces; this is what it has so far. */
interface Pieces {
  readonly path: string
  readonly bytes: Buffer
}

/**
 * A Ledger with the Ethereum app as far as its APDUs go: GET ADDRESS, SIGN TRANSACTION, CONFIGURATION, EIP-712 by fields and by hashes. It signs for real,
 * with its own keys, and keeps what it showed.
 */
export class LedgerEmulator {
  readonly state: DeviceState
  readonly keys: DeviceKeys
  /** Every command it was given, hex. */
  readonly received: string[] = []
  /** How often a command came while another one was not answered yet. A real device would be confused. */
  overlaps = 0
  #shown: readonly ShownScreen[] = []
  #pieces: Pieces | null = null
  #typedData: TypedDataStream | null = null
  #busy = 0
  #decide: ((approved: boolean) => void) | null = null
  #waiting: (() => void)[] = []

  constructor(state: Partial<DeviceState> = {}, keys = new DeviceKeys()) {
    this.state = { ...structuredClone(FACTORY_STATE), ...state }
    this.keys = keys
  }

  /** What it showed for its last question, page by page. */
  deviceScreens(): readonly ShownScreen[] {
    return this.#shown
  }

  /** Presses a button while it asks. */
  press(button: 'approve' | 'reject'): void {
    this.#decide?.(button === 'approve')
  }

  /** Resolves when it asks a person something. */
  asking(): Promise<void> {
    return this.#decide === null ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve()
  }

  /** How many signatures it was asked for. */
  signingCommands(): number {
    return this.received.filter((apdu) => /^e0(?:0400|0c)/.test(apdu)).length
  }

  /** Whatever was half done is forgotten, as when it is unplugged. */
  powerOff(): void {
    this.#decide?.(false)
    this.#pieces = null
    this.#typedData = null
  }

  /** One command and its answer. */
  async exchange(apdu: Uint8Array): Promise<Buffer> {
    const bytes = Buffer.from(apdu)
    this.received.push(bytes.toString('hex'))
    if (this.#busy > 0) this.overlaps += 1
    this.#busy += 1
    try {
      const [cla = 0, ins = 0, p1 = 0, p2 = 0] = bytes
      return answerOf(await this.#handle(cla, ins, p1, p2, bytes.subarray(5)))
    } catch (thrown) {
      this.#pieces = null
      this.#typedData = null
      if (thrown instanceof RefusedWith) return answerOf(Buffer.alloc(0), thrown.status)
      return answerOf(Buffer.alloc(0), STATUS.INVALID)
    } finally {
      this.#busy -= 1
    }
  }

  /** How an answer to this command leaves the device. */
  wireFor(apdu: Uint8Array): Wire {
    const isSigning = apdu[0] === 0xe0 && (apdu[1] === 0x04 || apdu[1] === 0x0c)
    if (!isSigning) return 'whole'
    switch (this.state.hostile) {
      case 'slow':
        return 'never'
      case 'endless':
        return 'endless'
      case 'reset':
        return 'broken'
      default:
        return 'whole'
    }
  }

  async #handle(cla: number, ins: number, p1: number, p2: number, data: Buffer): Promise<Uint8Array> {
    if (this.state.locked) throw new RefusedWith(STATUS.LOCKED)
    if (cla === 0xb0 && ins === 0x01) return this.#appAndVersion()
    if (this.state.app === 'BOLOS') throw new RefusedWith(STATUS.NO_APP)
    if (this.state.app !== 'Ethereum' || cla !== 0xe0) throw new RefusedWith(STATUS.UNKNOWN_CLA)
    switch (ins) {
      case 0x02:
        return this.#address(p1, data)
      case 0x04:
        return this.#signTransaction(p1, data)
      case 0x06:
        return Buffer.of(this.state.blindSigning ? 1 : 0, ...this.state.version.split('.').map(Number))
      case 0x0c:
        return this.#signTypedData(p2, data)
      case 0x1a:
        this.#needFields()
        this.#typedData ??= new TypedDataStream(this.state.screen)
        this.#typedData.define(p2, data)
        return Buffer.alloc(0)
      case 0x1c:
        this.#needFields()
        if (!this.state.blindSigning || this.#typedData === null) throw new RefusedWith(STATUS.INVALID)
        this.#typedData.implement(p1, p2, data)
        return Buffer.alloc(0)
      case 0x20:
        return Buffer.of(1, 2, 3, 4)
      default:
        throw new RefusedWith(STATUS.UNKNOWN_INS)
    }
  }

  #appAndVersion(): Buffer {
    const name = Buffer.from(this.state.app)
    const version = Buffer.from(this.state.version)
    return Buffer.concat([Buffer.of(1, name.length), name, Buffer.of(version.length), version, Buffer.of(1, 0)])
  }

  async #address(p1: number, data: Buffer): Promise<Buffer> {
    const { path } = readPath(data)
    const address = this.keys.addressAt(path)
    if (p1 === 1) await this.#ask(addressScreens(address))
    const publicKey = getBytes(this.keys.at(path).publicKey)
    const text = Buffer.from(address.slice(2), 'ascii')
    return Buffer.concat([Buffer.of(publicKey.length), publicKey, Buffer.of(text.length), text])
  }

  async #signTransaction(p1: number, data: Buffer): Promise<Buffer> {
    const pieces = this.#gather(p1, data)
    const tx = complete(pieces.bytes)
    this.#pieces = tx === null ? pieces : null
    if (tx === null) return Buffer.alloc(0)
    this.#refuseSigning()
    if (tx.data !== '0x' && !this.state.blindSigning) throw new RefusedWith(STATUS.INVALID)
    const hash = keccak256(pieces.bytes)
    await this.#ask(transactionScreens(tx, this.keys.addressAt(pieces.path), hash, this.state.screen))
    const digest = hostileTransactionDigest(this.state.hostile, tx) ?? hash
    const withV = (parity: number): number =>
      tx.type === 0 ? (tx.chainId === 0n ? 27 + parity : Number(BigInt.asUintN(8, tx.chainId * 2n + 35n)) + parity) : parity
    return this.#sign(pieces.path, digest, withV)
  }

  #gather(p1: number, data: Buffer): Pieces {
    if (p1 === 0x00) {
      const { path, rest } = readPath(data)
      return { path, bytes: rest }
    }
    if (this.#pieces === null) throw new RefusedWith(STATUS.WRONG_P1_P2)
    return { path: this.#pieces.path, bytes: Buffer.concat([this.#pieces.bytes, data]) }
  }

  async #signTypedData(p2: number, data: Buffer): Promise<Buffer> {
    const { path, rest } = readPath(data)
    this.#refuseSigning()
    const { digest, screens } = p2 === 0x01 ? this.#byFields() : this.#byHashes(rest)
    await this.#ask(screens)
    return this.#sign(path, hostileTypedDigest(this.state.hostile, digest), (parity) => 27 + parity)
  }

  #byFields(): { readonly digest: string; readonly screens: readonly ShownScreen[] } {
    this.#needFields()
    const stream = this.#typedData
    this.#typedData = null
    if (stream === null) throw new RefusedWith(STATUS.INVALID)
    return stream.finish()
  }

  #byHashes(hashes: Buffer): { readonly digest: string; readonly screens: readonly ShownScreen[] } {
    if (!this.state.eip712.hashed) throw new RefusedWith(STATUS.WRONG_P1_P2)
    if (hashes.length !== 64 || !this.state.blindSigning) throw new RefusedWith(STATUS.INVALID)
    const screens = [
      { title: 'Blind signing ahead', value: '' },
      { title: 'Domain hash', value: hexlify(hashes.subarray(0, 32)) },
      { title: 'Message hash', value: hexlify(hashes.subarray(32)) },
    ]
    return { digest: keccak256(concat(['0x1901', hashes])), screens }
  }

  #needFields(): void {
    if (!this.state.eip712.fields) throw new RefusedWith(STATUS.UNKNOWN_INS)
  }

  #refuseSigning(): void {
    if (this.state.refuseSigningWith !== null) throw new RefusedWith(this.state.refuseSigningWith as RefusedWith['status'])
  }

  async #ask(screens: readonly ShownScreen[]): Promise<void> {
    this.#shown = screens
    const { person } = this.state
    const approved =
      person === 'wait'
        ? await new Promise<boolean>((resolve) => {
            this.#decide = resolve
            for (const waiting of this.#waiting.splice(0)) waiting()
          })
        : person === 'approve'
    this.#decide = null
    if (!approved) throw new RefusedWith(STATUS.REJECTED)
  }

  #sign(path: string, digest: string, withV: (parity: number) => number): Buffer {
    const { hostile } = this.state
    if (hostile === 'empty') return Buffer.alloc(0)
    if (hostile === 'garbage') return Buffer.from('c0ffee', 'hex')
    if (hostile === 'oversized') return Buffer.alloc(200_000, 0x5a)
    const key = hostile === 'other-key' ? this.keys.at("44'/60'/7'/7/7") : this.keys.at(path)
    const { r, s, yParity } = key.sign(digest)
    const given = hostile === 'high-s' ? otherS(s) : s
    const said = hostile === 'other-parity' ? 1 - yParity : yParity
    return Buffer.concat([Buffer.of(withV(said) & 0xff), getBytes(r), getBytes(given)])
  }
}

const GROUP_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

function otherS(s: string): string {
  return `0x${(GROUP_ORDER - BigInt(s)).toString(16).padStart(64, '0')}`
}

/** The transaction, once all of its RLP is there; null before. */
function complete(bytes: Buffer): Transaction | null {
  const typed = (bytes[0] ?? 0) <= 0x7f ? 1 : 0
  const length = listLength(bytes.subarray(typed))
  if (length === null || bytes.length < typed + length) return null
  if (bytes.length > typed + length) throw new RefusedWith(STATUS.INVALID)
  return Transaction.from(hexlify(bytes))
}

/** How long an RLP list is, its head included; null while too few bytes are there. */
function listLength(bytes: Buffer): number | null {
  const [head] = bytes
  if (head === undefined) return null
  if (head < 0xc0) throw new RefusedWith(STATUS.INVALID)
  if (head <= 0xf7) return 1 + head - 0xc0
  const size = head - 0xf7
  return bytes.length < 1 + size ? null : 1 + size + bytes.readUIntBE(1, size)
}
