import { afterEach, describe, expect, test } from 'vitest'

import { REMOTE_DIALECTS, type RemoteDialect, type UserInteraction } from '../../../src-main/domain/signer'
import { remoteMaker } from '../../../src-main/signers/remote/maker'
import { BENCH_CHAIN_ID, OTHER_KEY } from '../../support/app/bench-chain'
import { contractTx, CONTRACT_TYPED_DATA, throughGate } from '../../support/signers/contract'
import { startRemotePart, type RemotePart, type RemotePartOptions } from '../../support/signers/remote-part'
import { SERVICES } from '../../support/signers/remote-dialects'
import { signerParts } from '../../support/signers/signer-parts'

const never = new AbortController().signal
let part: RemotePart | null = null
afterEach(async () => {
  await part?.close()
  part = null
})

async function open(dialect: RemoteDialect, options: Partial<RemotePartOptions> = {}) {
  const opened = await startRemotePart({ dialect, ...options })
  part = opened
  return { part: opened, signer: remoteMaker.create('remote-1', opened.address, opened.config, signerParts(opened.secrets)) }
}

describe('C4 B1: the traps of Web3Signer', () => {
  test('it signs for the chain it was started with: the gate finds out, and the health says so', async () => {
    const { signer } = await open('web3signer', { chainId: 1 })
    expect(await throughGate(signer)).toMatchObject({ outcome: 'refused', code: 'chainId', fed: ['failure'] })
    expect(signer.health()).toMatchObject({ status: 'unavailable', detail: expect.stringContaining('chainId is 1, not 31337') as string })
  })

  test('it is always sent both fees, the gas, the recipient and the nonce, as plain hex quantities', async () => {
    const { part: opened, signer } = await open('web3signer')
    await signer.signTransaction({ ...contractTx(signer.address, 0), valueWei: 0n, maxPriorityFeePerGasWei: 0n }, never)
    const { method, params } = JSON.parse(opened.calls[0]!.body) as { method: string; params: unknown[] }
    const { to, data } = contractTx(signer.address, 0)
    expect(method).toBe('eth_signTransaction')
    expect(params).toEqual([
      {
        from: signer.address,
        to,
        data,
        gas: '0x1d4c0',
        nonce: '0x0',
        value: '0x0',
        maxFeePerGas: '0x6fc23ac00',
        maxPriorityFeePerGas: '0x0',
      },
    ])
  })

  test('the test’s own Web3Signer has the traps: without one fee it signs a legacy transaction at price 0', () => {
    const { from, to, data } = contractTx('0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266', 1)
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'eth_signTransaction',
      params: [{ from, to, data, nonce: '0x1', maxFeePerGas: '0x1', chainId: '0x5' }],
    })
    const rules = { key: `0x${'11'.repeat(32)}`, chainId: 1, person: 'approves', refusedTo: [], hostile: null } as const
    const own = SERVICES.web3signer({ method: 'POST', path: '/', body }, rules)
    expect(own?.body).toContain('No unlocked account')
    const mine = SERVICES.web3signer(
      { method: 'POST', path: '/', body: body.replace(from, '0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A') },
      rules,
    )
    // An RLP list, no 0x02 envelope.
    expect((JSON.parse(mine!.body) as { result: string }).result).toMatch(/^0xf8/)
  })
})

describe('C4 B1: the traps of Clef', () => {
  test('a person who changes the value there has changed something that is not sent', async () => {
    const { signer } = await open('clef', { person: { alters: { value: '0x1' } } })
    expect(await throughGate(signer)).toMatchObject({ outcome: 'refused', code: 'valueWei', fed: ['failure'] })
  })

  test('a person who says no is heard, and no breaker is', async () => {
    const { signer } = await open('clef', { person: 'denies' })
    expect(await throughGate(signer)).toMatchObject({ outcome: 'refused', code: 'REJECTED_BY_USER', fed: [] })
    expect(signer.health().status).toBe('ready')
  })

  test('a person who does not answer is waited for no longer than the time-out', async () => {
    const { part: opened, signer } = await open('clef', { person: 'ignores', timeoutMs: 200, retries: 5 })
    expect(await throughGate(signer)).toMatchObject({ outcome: 'refused', code: 'TIMEOUT' })
    expect(opened.calls).toHaveLength(1)
  })

  test('it is told where to confirm while the request is out, and not when it never left', async () => {
    const { part: opened, signer } = await open('clef')
    const told: UserInteraction[] = []
    expect(signer.attended).toBe(true)
    await signer.signTransaction(contractTx(signer.address, 1), never, (required) => told.push(required))
    expect(told).toEqual(['confirm-elsewhere', 'none'])
    await opened.close()
    told.length = 0
    await signer.signTransaction(contractTx(signer.address, 1), never, (required) => told.push(required))
    expect(told).toEqual(['none'])
    part = null
  })

  test('a look at its health asks the person for nothing', async () => {
    const { part: opened, signer } = await open('clef', { person: 'ignores' })
    expect(await signer.check!(never)).toMatchObject({ status: 'ready' })
    expect(opened.calls.map(({ body }) => (JSON.parse(body) as { method: string }).method)).toEqual(['account_version'])
  })
})

describe('C4: the intent form', () => {
  test('every request carries the whole intent, both fees included, to the last wei', async () => {
    const { part: opened, signer } = await open('intent')
    const tx = { ...contractTx(signer.address, 3), valueWei: 9_007_199_254_740_993n }
    expect(await signer.signTransaction(tx, never)).toMatchObject({ ok: true })
    const { body } = opened.calls[0]!
    expect(body).toContain(`"chain_id":${BENCH_CHAIN_ID},"intent":{"intent_type":"evm_transaction","chain_id":${BENCH_CHAIN_ID}`)
    expect(body).toContain('"value_wei":9007199254740993,')
    expect(body).toContain('"gas":120000,"max_fee_per_gas_wei":30000000000,"max_priority_fee_per_gas_wei":1500000000,"nonce":3}')
    expect(body).toContain('"value":"0x20000000000001"')
  })

  test('a refusal by the service’s policy is its refusal, and no fault of its health', async () => {
    const { signer } = await open('intent', { refusedTo: [contractTx('', 0).to] })
    expect(await throughGate(signer)).toMatchObject({ outcome: 'refused', code: 'DENIED_BY_SIGNER' })
    expect(signer.health().status).toBe('ready')
  })

  test.each(['rawTransactionHex', 'raw_transaction_hex'])('the answer is read as %s, with and without 0x', async (name) => {
    const { part: opened, signer } = await open('intent')
    const signed = await signer.signTransaction(contractTx(signer.address, 1), never)
    if (!signed.ok) throw new Error(signed.error.detail)
    opened.answerBy((_request, response) => response.writeHead(200).end(JSON.stringify({ [name]: signed.value.slice(2) })))
    expect(await signer.signTransaction(contractTx(signer.address, 1), never)).toEqual(signed)
  })

  test('it says that it signs no typed data', async () => {
    const { signer } = await open('intent')
    expect(signer.signTypedData).toBeUndefined()
  })
})

describe.each(REMOTE_DIALECTS)('C4 X1: set-up and health of %s', (dialect) => {
  test('offers its accounts, checksummed, each with the config that reaches it', async () => {
    const { part: opened } = await open(dialect)
    const found = await remoteMaker.discover(opened.config, signerParts(opened.secrets), never, () => undefined)
    expect(found).toEqual({
      ok: true,
      value: [{ address: opened.address, where: expect.stringContaining('127.0.0.1') as string, config: opened.config }],
    })
  })

  test('looks without signing, and keeps nothing when locked', async () => {
    const { part: opened, signer } = await open(dialect)
    expect(signer.health().status).toBe('unavailable')
    expect(await signer.check!(never)).toMatchObject({ status: 'ready', detail: '' })
    expect(opened.calls.some(({ body, path }) => /sign/i.test(`${path}${body}`))).toBe(false)
    await signer.lock()
    expect(await signer.signTransaction(contractTx(signer.address, 1), never)).toMatchObject({ ok: true })
  })

  test('is unavailable while nobody is there', async () => {
    const { part: opened, signer } = await open(dialect)
    await opened.close()
    part = null
    expect(await signer.check!(never)).toMatchObject({ status: 'unavailable' })
    expect(await signer.signTransaction(contractTx(signer.address, 1), never)).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } })
  })

  test('another key behind the same address is found out', async () => {
    const { part: opened, signer } = await open(dialect)
    opened.rule({ key: OTHER_KEY })
    if (dialect !== 'clef') expect(await signer.check!(never)).toMatchObject({ status: 'unavailable' })
    expect((await throughGate(signer)).outcome).toBe('refused')
    if (signer.signTypedData === undefined) return
    expect(await signer.signTypedData(CONTRACT_TYPED_DATA, never)).toMatchObject({ ok: false, error: { code: 'BAD_ANSWER' } })
  })
})
