import { once } from 'node:events'
import { request } from 'node:http'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

import type { Page } from '@playwright/test'

import { approveWith, valueOf } from './harness/call.js'
import { expectAccessible, expectNothingCut, picture, settle } from './harness/inspect.js'
import type { RunningHoldfast } from './harness/launch.js'
import { inSecureWindow, setUpByHand } from './harness/people.js'
import { expect, test } from './harness/test.js'

const RESTING = {
  ...{ venue: 'paper', instrument: 'ETH-USD', side: 'sell', type: 'limit', timeInForce: 'gtc', amount: '0.1', amountUnit: 'base' },
  ...{ limitPrice: '9999', riskProfile: 'moderate', account: 'paper-main' },
}

async function rest(holdfast: RunningHoldfast): Promise<void> {
  const { planId, planHash } = (await valueOf(holdfast, 'order.prepare', RESTING)) as { planId: string; planHash: string }
  await valueOf(holdfast, 'order.confirm', { planId, planHash })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function look(page: Page, name: string): Promise<void> {
  await settle(page)
  await expectNothingCut(page, name)
  await expectAccessible(page, name)
  await picture(page, name)
}

/** What a program on this machine asks of the local interface, and is answered. */
function ask(port: number, path: string, authorization: string, body = ''): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method: 'POST', path, headers: { authorization }, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

test('B5 X7 P6: what rests is canceled at a press while trading goes on; and a program halts past silent connections, told apart from the halt before', async ({
  holdfast,
}) => {
  test.setTimeout(180_000)
  const { page } = holdfast
  const go = (screen: string): Promise<void> =>
    page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen }).click()
  const halts = page.getByRole('list', { name: 'Alerts' }).getByRole('listitem').filter({ hasText: 'Trading was halted' })
  const [key = ''] = await setUpByHand(holdfast)
  await rest(holdfast)
  await rest(holdfast)

  await go('Orders')
  await page.getByRole('button', { name: 'Cancel all open orders (2)' }).click()
  await expect(page.getByText('2 of 2 orders canceled.')).toBeVisible()
  await expect(page.getByText('Nothing is out')).toBeVisible()
  await look(page, 'cancel-all-paper')
  await page.getByRole('button', { name: 'Dismiss' }).click()

  // The local interface, with a program that may halt.
  const port = await freePort()
  await go('Settings')
  await page.getByLabel('Port').fill(String(port))
  await page.getByLabel('Why').fill('A button on my desk')
  await inSecureWindow(holdfast, () => page.getByRole('button', { name: 'Turn on' }).click(), approveWith(key))
  await expect(page.getByText(`On, port ${port}`)).toBeVisible()
  const secret: string[] = []
  await valueOf(holdfast, 'api.addClient', { name: 'Desk button', scopes: ['halt'], reason: 'A button on my desk' }, [
    approveWith(key),
    async (secure) => {
      secret.push((await secure.getByLabel('Secret', { exact: true }).textContent()) ?? '')
      await secure.getByRole('checkbox').check()
      await secure.getByRole('button', { name: 'Done' }).click()
    },
  ])

  // Halted by hand, and released.
  const bar = page.getByRole('region', { name: 'Halt', exact: true })
  await page.getByRole('button', { name: 'Halt all trading' }).click()
  await expect(bar).toContainText(/The gate closed .* after the press and is on disk/)
  await go('Guards')
  await page.getByRole('textbox', { name: 'Reason' }).first().fill('It was a drill')
  await inSecureWindow(holdfast, () => page.getByRole('button', { name: 'Release the halt' }).click(), approveWith(key))
  await expect(bar).toBeHidden()
  await go('Alerts')
  await expect(halts).toHaveCount(1)

  const { clients } = (await valueOf(holdfast, 'api.get', {})) as { clients: readonly { id: string }[] }
  const basic = `Basic ${Buffer.from(`${clients[0]?.id}:${secret[0]}`).toString('base64')}`
  const { access_token: token } = JSON.parse((await ask(port, '/api/token', basic)).text) as { access_token: string }
  const silent: Socket[] = Array.from({ length: 120 }, () => connect(port, '127.0.0.1').on('error', () => undefined))
  try {
    await Promise.all(silent.map((socket) => once(socket, 'connect')))
    const answered = await ask(port, '/api/halt', `Bearer ${token}`, JSON.stringify({ reason: 'the feed is wrong' }))
    expect([answered.status, JSON.parse(answered.text)]).toMatchObject([200, { trading_halted: true }])
    await expect(bar).toContainText(/Halted .* by a program over the local interface/)
    await expect(bar).toContainText('the feed is wrong')
    await expect(bar, 'no press closed the gate this time').not.toContainText('after the press')
    await expect(halts).toHaveCount(2)
    await expect(halts.first()).toContainText('the feed is wrong')
    await expect(halts.filter({ hasText: 'times' })).toHaveCount(0)
    await look(page, 'halted-again')
  } finally {
    for (const socket of silent) socket.destroy()
  }
})
