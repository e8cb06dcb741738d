import { z } from 'zod'

import { sameAddress, type Hex, type UnsignedTx } from '../../domain/evm'
import { err, ok } from '../../lib/result'
import type { Send } from '../service/json-rpc'
import { readJson } from '../service/read-json'
import { MAX_ANSWER_BYTES, type Dialect } from './dialect'
import { address, exactJson, quantity, rpcTransaction } from './forms'

const rawHex = z.string().regex(/^(?:0x)?[0-9a-fA-F]*$/)
/** Either spelling of the one field; 0x may be missing. */
const signed = z
  .union([
    z.object({ rawTransactionHex: rawHex }).transform((answer) => answer.rawTransactionHex),
    z.object({ raw_transaction_hex: rawHex }).transform((answer) => answer.raw_transaction_hex),
  ])
  .transform((raw): Hex => `0x${raw.replace(/^0x/, '')}`)

/** What is to be signed, said once more in plain fields, so that the service can judge it and log it without decoding anything. */
function intentOf(tx: UnsignedTx) {
  return {
    intent_type: 'evm_transaction',
    chain_id: tx.chainId,
    to: tx.to,
    value_wei: tx.valueWei,
    data_hex: tx.data,
    gas: tx.gasLimit,
    ...(tx.legacy === true
      ? { gas_price_wei: tx.maxFeePerGasWei }
      : { max_fee_per_gas_wei: tx.maxFeePerGasWei, max_priority_fee_per_gas_wei: tx.maxPriorityFeePerGasWei }),
    nonce: tx.nonce,
  }
}

async function addressOf(send: Send) {
  const answer = await send({ method: 'GET', path: '/address', maxAnswerBytes: MAX_ANSWER_BYTES })
  return answer.ok ? readJson(answer.value, z.object({ address })) : answer
}

/** The HTTP form that carries an explicit intent beside the transaction; a policy of the service's own answers 403. It signs no typed data. */
export const intent: Dialect = {
  name: 'intent form',
  attended: false,
  accounts: async (send) => {
    const held = await addressOf(send)
    return held.ok ? ok([held.value.address]) : held
  },
  look: async (send, expected) => {
    const held = await addressOf(send)
    if (!held.ok) return held
    return sameAddress(held.value.address, expected)
      ? ok(undefined)
      : err({ code: 'WRONG_ADDRESS', detail: `it holds ${held.value.address}` })
  },
  signTransaction: async (send, tx, onSent) => {
    const { from: _from, ...fields } = rpcTransaction(tx)
    const body = exactJson({
      tx: { ...fields, type: tx.legacy === true ? '0x0' : '0x2', chainId: quantity(tx.chainId) },
      chain_id: tx.chainId,
      intent: intentOf(tx),
    })
    const answer = await send({ method: 'POST', path: '/sign_transaction', body, maxAnswerBytes: MAX_ANSWER_BYTES, onSent })
    return answer.ok ? readJson(answer.value, signed) : answer
  },
}
