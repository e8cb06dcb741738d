import type { Hex, UnsignedTx } from '../../domain/evm'
import type { TypedData } from '../../domain/typed-data'
import type { Result } from '../../lib/result'
import type { Send } from '../service/json-rpc'
import type { SignerFailure } from '../signer'

/** A raw transaction may be 128 KiB (go-ethereum's pool), in hex twice that; Clef sends it a second time, decoded. */
export const MAX_ANSWER_BYTES = 600_000

/** How a remote signer is spoken to. What comes back is read for its form only: whether it is what was asked for is judged elsewhere. */
export interface Dialect {
  /** As people know it. */
  readonly name: string
  /** A person confirms each signature, and the list of accounts, where the signer runs. */
  readonly attended: boolean
  /** The addresses that it signs for. */
  accounts(send: Send, onSent: () => void): Promise<Result<readonly string[], SignerFailure>>
  /** Whether it is there and would sign for the address, without asking anybody. */
  look(send: Send, address: string): Promise<Result<void, SignerFailure>>
  /** The raw signed transaction. */
  signTransaction(send: Send, tx: UnsignedTx, onSent: () => void): Promise<Result<Hex, SignerFailure>>
  /** The signature of EIP-712 typed data, 65 bytes; left out where the dialect has no word for it. */
  readonly signTypedData?: (send: Send, typedData: TypedData, address: string, onSent: () => void) => Promise<Result<Hex, SignerFailure>>
}
