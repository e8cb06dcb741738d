import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { clientSecretCredential } from '../../../../src-main/signers/azure-kms/client-secret'
import { FakeClock } from '../../../support/fake-clock'

let authority: Server
let given: number
let clock: FakeClock
beforeEach(async () => {
  clock = new FakeClock()
  given = 0
  authority = createServer((_request, response) => {
    given += 1
    response.end(JSON.stringify({ access_token: `token ${given}`, expires_in: 3_600 }))
  })
  await new Promise<void>((resolve) => authority.listen(0, '127.0.0.1', resolve))
})
afterEach(() => authority.close())

function credential() {
  const { port } = authority.address() as AddressInfo
  return clientSecretCredential({ authorityUrl: `http://127.0.0.1:${port}`, tenantId: 't', clientId: 'c', secret: 's', clock })
}
const minutes = (count: number) => count * 60_000

test('X1: a token is used until shortly before it ends, and then another is asked for', async () => {
  const held = credential()
  expect(await held.getToken('vault')).toEqual({ token: 'token 1', expiresOnTimestamp: clock.wallMs() + minutes(60) })
  await clock.advance(minutes(57))
  expect((await held.getToken('vault')).token).toBe('token 1')
  await clock.advance(minutes(2))
  expect((await held.getToken('vault')).token).toBe('token 2')
})

test('X1: a calendar that is set back makes no token live longer', async () => {
  const held = credential()
  await held.getToken('vault')
  clock.jumpWall(-minutes(600))
  await clock.advance(minutes(59))
  expect((await held.getToken('vault')).token).toBe('token 2')
})

test('X1: nor does a machine that slept, whose steady clock stood still', async () => {
  const held = credential()
  await held.getToken('vault')
  clock.jumpWall(minutes(59))
  expect((await held.getToken('vault')).token).toBe('token 2')
})
