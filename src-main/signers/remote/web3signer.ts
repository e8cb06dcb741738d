import { z } from 'zod'

import { sameAddress } from '../../domain/evm'
import { err, ok } from '../../lib/result'
import { statusFailure } from '../service/failures'
import { callRpc, type Send } from '../service/json-rpc'
import type { Dialect } from './dialect'
import { MAX_ANSWER_BYTES } from './dialect'
import { address, hexBytes, rpcTransaction, typedDataJson } from './forms'

/** Of an answer whose words do not matter. */
const MAX_STATUS_BYTES = 10_000

const accounts = (send: Send) =>
  callRpc(send, { method: 'eth_accounts', params: [], maxAnswerBytes: MAX_ANSWER_BYTES }, z.array(address).max(1_000))

/**
 * Web3Signer in its eth1 mode. It signs for the chain that it was started with, whatever it is asked, and knows no access lists: a signature for another
 * chain is found out by the comparison of every field.
 */
export const web3signer: Dialect = {
  name: 'Web3Signer',
  attended: false,
  accounts,
  look: async (send, expected) => {
    const up = await send({ method: 'GET', path: '/upcheck', maxAnswerBytes: MAX_STATUS_BYTES })
    if (!up.ok) return up
    if (up.value.status !== 200) return err(statusFailure(up.value.status, up.value.text))
    const held = await accounts(send)
    if (!held.ok) return held
    return held.value.some((one) => sameAddress(one, expected))
      ? ok(undefined)
      : err({ code: 'WRONG_ADDRESS', detail: 'it does not hold this account' })
  },
  signTransaction: (send, tx, onSent) =>
    callRpc(send, { method: 'eth_signTransaction', params: [rpcTransaction(tx)], maxAnswerBytes: MAX_ANSWER_BYTES, onSent }, hexBytes),
  signTypedData: (send, typedData, from, onSent) =>
    callRpc(
      send,
      // It takes the data as text, not as an object.
      { method: 'eth_signTypedData', params: [from, JSON.stringify(typedDataJson(typedData))], maxAnswerBytes: MAX_ANSWER_BYTES, onSent },
      hexBytes,
    ),
}
