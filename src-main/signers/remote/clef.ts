import { z } from 'zod'

import { ok } from '../../lib/result'
import { callRpc } from '../service/json-rpc'
import { MAX_ANSWER_BYTES, type Dialect } from './dialect'
import { address, hexBytes, quantity, rpcTransaction, typedDataJson } from './forms'

/**
 * Clef of go-ethereum. A person may have to confirm there, and may change the transaction before signing it: what comes back is compared field by field
 * like any other. It knows no TLS, so that it runs on this machine or behind a proxy that does.
 */
export const clef: Dialect = {
  name: 'Clef',
  attended: true,
  accounts: (send, onSent) =>
    callRpc(send, { method: 'account_list', params: [], maxAnswerBytes: MAX_ANSWER_BYTES, onSent }, z.array(address).max(1_000)),
  look: async (send) => {
    // The list of accounts would ask the person; the version asks nobody.
    const version = await callRpc(send, { method: 'account_version', params: [], maxAnswerBytes: MAX_ANSWER_BYTES }, z.string())
    return version.ok ? ok(undefined) : version
  },
  signTransaction: async (send, tx, onSent) => {
    const signed = await callRpc(
      send,
      {
        method: 'account_signTransaction',
        params: [{ ...rpcTransaction(tx), chainId: quantity(tx.chainId) }],
        maxAnswerBytes: MAX_ANSWER_BYTES,
        onSent,
      },
      z.object({ raw: hexBytes }),
    )
    return signed.ok ? ok(signed.value.raw) : signed
  },
  signTypedData: (send, typedData, from, onSent) =>
    callRpc(
      send,
      { method: 'account_signTypedData', params: [from, typedDataJson(typedData)], maxAnswerBytes: MAX_ANSWER_BYTES, onSent },
      hexBytes,
    ),
}
