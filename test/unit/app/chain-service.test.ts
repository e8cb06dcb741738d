import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { ChainService } from '../../../src-main/app/compose/chain-service'
import { VenueTable } from '../../../src-main/app/compose/venue-table'
import { systemRandom } from '../../../src-main/app/random'
import { failure, type Failure } from '../../../src-main/domain/codes'
import { err, ok, type Result } from '../../../src-main/lib/result'
import type { DexConnection, DexOptions } from '../../../src-main/venues/dex/connect'
import { FakeChainVenue } from '../../support/app/fake-chain-venue'
import { ROUTER, USDC, WETH } from '../../support/app/bench-chain'
import { FakeClock } from '../../support/fake-clock'

type Connect = (options: DexOptions) => Promise<Result<DexConnection, Failure>>
const { dex } = vi.hoisted(() => ({ dex: { connect: null as Connect | null } }))
vi.mock('../../../src-main/venues/dex/connect', () => ({ connectDex: (options: DexOptions) => dex.connect!(options) }))

const profileText = (name: string, chainId = 31337) =>
  JSON.stringify({
    name,
    chainId,
    rpcUrl: 'http://127.0.0.1:1',
    finalityDeadlineMs: 600_000,
    blockTimeMs: 1_000,
    nativeSymbol: 'ETH',
    wrappedNative: WETH,
    uniswapV3: { factory: ROUTER, swapRouter: ROUTER, quoterV2: ROUTER, fees: [500] },
    uniswapV2: { factory: ROUTER, router: ROUTER },
    tokens: [
      { symbol: 'WETH', address: WETH, decimals: 18, usdStable: false },
      { symbol: 'USDC', address: USDC, decimals: 6, usdStable: true },
    ],
    instruments: [{ symbol: 'WETH-USDC', venue: 'uniswap-v2' }],
  })
const DOWN = failure('NETWORK_ERROR', 'refused')

let folder: string
let clock: FakeClock
let closed: string[]
let attempts: string[]
let recorded: string[]
let actors: string[]
let failRecords: boolean
let unrecorded: string[]
let fed: string[]
let onConnected: (name: string) => void
let table: ReturnType<typeof VenueTable.create>
let service: ChainService

const connection = ({ profile }: DexOptions): DexConnection => {
  const venue = new FakeChainVenue(clock)
  const sides = { reader: venue.reader, planner: venue.planner }
  return {
    profile,
    v3: sides,
    v2: sides,
    placer: venue.placer,
    chain: venue.chain.reader,
    receipts: venue.chain.receipts,
    replacing: venue.chain.replacing,
    witnessed: false,
    health: async () => venue.reader.health(),
    close: () => closed.push(profile.name),
  }
}
const open = () =>
  new ChainService({
    environment: 'testnet',
    folder,
    venues: table.venues,
    breakers: {
      views: () => {
        throw new Error('not asked here')
      },
      record: (id, outcome) => fed.push(`${id} ${outcome}`),
      acquireProbes: () => undefined,
      releaseProbes: () => undefined,
      probes: () => [],
    },
    audit: {
      append: ({ type, actor }) => {
        if (failRecords) throw new Error('the disk is full')
        actors.push(actor)
        recorded.push(type)
        return { seq: recorded.length, hashHex: '' }
      },
    },
    recordAnyway: ({ type, severity }) => {
      if (failRecords) unrecorded.push(`${severity} ${type}`)
      else recorded.push(type)
    },
    clock,
    scheduler: clock,
    random: systemRandom,
    onFault: (thrown) => {
      throw thrown
    },
    onConnected: ({ name }) => {
      onConnected(name)
    },
  })
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-chain-'))
  clock = new FakeClock()
  ;[closed, attempts, recorded, actors, unrecorded, fed] = [[], [], [], [], [], []]
  failRecords = false
  onConnected = () => undefined
  table = VenueTable.create()
  service = open()
  dex.connect = async (options) => {
    attempts.push(options.profile.name)
    return ok(connection(options))
  }
})
afterEach(() => {
  service.close()
  rmSync(folder, { recursive: true, force: true })
})
const kept = () => join(folder, 'chain.json')
const use = (text: string) => service.use(text, 'Ada')
const inUse = () => [service.chainProfile?.name ?? null, service.connected !== null, table.venues.all().length]

describe('D1: an environment’s chain', () => {
  test('is recorded, connected, kept, and found again', async () => {
    expect((await use(profileText('one'))).ok).toBe(true)
    expect([inUse(), recorded]).toEqual([
      ['one', true, 2],
      ['ChainRequested', 'ChainConfigured'],
    ])
    expect(actors, 'P7: whoever chose it').toEqual(['Ada', 'Ada'])
    service.close()
    service = open()
    await service.open()
    expect(inUse()).toEqual(['one', true, 2])
    expect(closed).toEqual(['one'])
  })

  test('gives its placing side to the venue table alone', async () => {
    await use(profileText('one'))
    expect(Object.keys(service.connected!)).not.toContain('placer')
    expect(table.placerOf('uniswap-v3')).not.toBeNull()
    service.close()
    expect([table.placerOf('uniswap-v3'), table.placerOf('uniswap-v2')]).toEqual([null, null])
  })

  test('P2: a chain on which real money moves is refused before anything is asked of it, by file or by hand', async () => {
    const refused = failure('WRONG_CHAIN', 'chain 1 is no known test chain, and only live trades on others')
    expect(await use(profileText('mainnet', 1))).toEqual({ ok: false, error: refused })
    writeFileSync(kept(), profileText('mainnet', 1))
    await service.open()
    expect([service.chainProfile, service.trouble, attempts]).toEqual([null, refused, []])
  })

  test('decision 9: an endpoint that is reached over a network needs a second one to compare it with', async () => {
    const remote = JSON.parse(profileText('remote')) as object
    const alone = JSON.stringify({ ...remote, rpcUrl: 'https://one.example/key' })
    expect(await use(alone)).toEqual({ ok: false, error: failure('WITNESS_MISSING', 'one.example') })
    expect(attempts).toEqual([])
    expect((await use(JSON.stringify({ ...remote, rpcUrl: 'https://one.example/key', witnessRpcUrl: 'https://two.example/' }))).ok).toBe(
      true,
    )
  })

  test('decision 9: two endpoints that contradict each other are on record, by host alone, and count for the breaker', async () => {
    let disagree: DexOptions['onDisagreement']
    dex.connect = async (options) => {
      disagree = options.onDisagreement
      return ok(connection(options))
    }
    await use(profileText('one'))
    disagree?.({ about: 'nonce', first: 'one.example: 3', second: 'two.example: 4' })
    expect([recorded.at(-1), fed]).toEqual(['EndpointsDisagreed', ['network failure']])
    // A log that takes nothing makes neither of them believed, and people are told of it as what it is.
    failRecords = true
    disagree?.({ about: 'nonce', first: 'one.example: 3', second: 'two.example: 4' })
    expect([unrecorded, fed]).toEqual([['critical EndpointsDisagreed'], ['network failure', 'network failure']])
  })

  test.for(['', '{', '{}', profileText('x').replace('127.0.0.1', 'example.com')])(
    'a text that is no profile changes nothing (%#)',
    async (text) => {
      await use(profileText('one'))
      expect(await use(text)).toMatchObject({ ok: false, error: { code: 'BAD_ANSWER' } })
      expect([inUse(), attempts]).toEqual([['one', true, 2], ['one']])
    },
  )

  test('a new chain that cannot be connected is not kept and not tried again, and the one before was never left', async () => {
    await use(profileText('one'))
    const before = readFileSync(kept(), 'utf8')
    const working = dex.connect!
    dex.connect = async (options) => {
      attempts.push(options.profile.name)
      expect(inUse()).toEqual(['one', true, 2])
      options.onCall?.({ method: 'eth_chainId', ok: false, latencyMs: 1, failure: 'WRONG_CHAIN' })
      return err(failure('WRONG_CHAIN', 'says 7'))
    }
    expect(await use(profileText('two', 1337))).toEqual({ ok: false, error: failure('WRONG_CHAIN', 'says 7') })
    expect([inUse(), readFileSync(kept(), 'utf8'), closed]).toEqual([['one', true, 2], before, []])
    // Even if it comes up later: nobody was told that it would be used. And what it did wrong is nothing against the one in use.
    dex.connect = working
    await clock.advance(60_000)
    expect(attempts).toEqual(['one', 'two'])
    expect(recorded.filter((type) => type === 'ChainConfigured')).toHaveLength(1)
    expect(fed).toEqual([])
  })

  test('decision 4: what cannot be recorded is not used', async () => {
    failRecords = true
    await expect(use(profileText('one'))).rejects.toThrow('disk')
    expect([inUse(), attempts, existsSync(kept())]).toEqual([[null, false, 0], [], false])
  })

  test('what cannot be kept is not used', async () => {
    await use(profileText('one'))
    rmSync(kept())
    mkdirSync(kept())
    await expect(use(profileText('two'))).rejects.toThrow()
    expect(inUse()).toEqual(['one', true, 2])
  })

  test('a chain that is down at start is tried until it answers', async () => {
    writeFileSync(kept(), profileText('one'))
    dex.connect = async () => err(DOWN)
    await service.open()
    expect([inUse(), service.trouble]).toEqual([['one', false, 0], DOWN])
    await clock.advance(20_000)
    dex.connect = async (options) => ok(connection(options))
    await clock.advance(5_000)
    expect([inUse(), service.trouble]).toEqual([['one', true, 2], null])
  })

  test('a chain that is closed while it is being connected stays closed', async () => {
    let answer: () => void = () => undefined
    dex.connect = (options) => new Promise((resolve) => (answer = () => resolve(ok(connection(options)))))
    const using = use(profileText('one')).catch(() => undefined)
    await clock.settle()
    service.close()
    answer()
    await using
    expect([service.connected, table.venues.all(), closed]).toEqual([null, [], ['one']])
  })

  test('of two that are chosen at once only the later is used', async () => {
    const answers = new Map<string, () => void>()
    dex.connect = (options) => new Promise((resolve) => answers.set(options.profile.name, () => resolve(ok(connection(options)))))
    const first = use(profileText('one'))
    await clock.settle()
    const second = use(profileText('two'))
    await clock.settle()
    answers.get('two')!()
    answers.get('one')!()
    expect([(await first).ok, (await second).ok]).toEqual([false, true])
    expect([service.chainProfile?.name, closed, JSON.parse(readFileSync(kept(), 'utf8'))]).toMatchObject(['two', ['one'], { name: 'two' }])
  })

  test('a policy that cannot be written leaves the chain unconnected, said and tried again, and throws at nobody', async () => {
    onConnected = () => {
      throw new Error('the disk is full')
    }
    writeFileSync(kept(), profileText('one'))
    await service.open()
    expect([inUse(), service.trouble]).toMatchObject([['one', false, 0], { code: 'INTERNAL', detail: 'the disk is full' }])
    onConnected = () => undefined
    await clock.advance(5_000)
    expect(inUse()).toEqual(['one', true, 2])
  })

  test.for(['not json', '{}'])('a kept profile that holds %j is said, and connects to nothing', async (text) => {
    writeFileSync(kept(), text)
    await service.open()
    expect([inUse(), service.trouble?.code]).toEqual([[null, false, 0], 'BAD_ANSWER'])
  })

  test('a folder in the profile’s place is said, and is no crash', async () => {
    mkdirSync(kept())
    await service.open()
    expect([inUse(), service.trouble?.code]).toEqual([[null, false, 0], 'BAD_ANSWER'])
  })

  test('X4: calls that fail together count once, calls a second apart each', async () => {
    let call: DexOptions['onCall'] = () => undefined
    dex.connect = async (options) => {
      call = options.onCall
      return ok(connection(options))
    }
    await use(profileText('one'))
    const fails = () => call?.({ method: 'eth_call', ok: false, latencyMs: 1, failure: 'NETWORK_ERROR' })
    for (let index = 0; index < 8; index++) fails()
    expect(fed).toEqual(['network failure'])
    await clock.advance(1_000)
    fails()
    expect(fed).toHaveLength(2)
  })
})

test('X7: how long the chain takes to answer is a mean of what worked since it was asked for, and nothing where nothing was', async () => {
  let call: (worked: boolean, latencyMs: number) => void = () => undefined
  dex.connect = async (options) => {
    call = (worked, latencyMs) => options.onCall?.({ method: 'eth_call', ok: worked, latencyMs, failure: worked ? null : 'TIMEOUT_ERROR' })
    return ok(connection(options))
  }
  await use(profileText('one'))
  expect(service.takeLatencyMs()).toBeNull()
  call(true, 30)
  call(true, 60)
  call(false, 10_000)
  expect(service.takeLatencyMs()).toBe(45)
  expect(service.takeLatencyMs()).toBeNull()
})

describe('B12: after a sleep', () => {
  test('a chain that waits for its next try is tried at once; one that is connected, or closed, is let be', async () => {
    expect((await use(profileText('one'))).ok).toBe(true)
    service.close()
    dex.connect = async (options) => {
      attempts.push(options.profile.name)
      return err(DOWN)
    }
    service = open()
    attempts = []
    await service.open()
    expect(attempts).toEqual(['one'])
    dex.connect = async (options) => {
      attempts.push(options.profile.name)
      return ok(connection(options))
    }
    service.wake()
    await clock.settle()
    expect([attempts, service.connected !== null]).toEqual([['one', 'one'], true])
    service.wake()
    await clock.advance(60_000)
    expect(attempts).toHaveLength(2)
    service.close()
    service.wake()
    await clock.advance(60_000)
    expect(attempts).toHaveLength(2)
  })

  test('X7: endpoints that are out of reach are on record once, and so is that they are back', async () => {
    let call: (worked: boolean) => void = () => undefined
    dex.connect = async (options) => {
      call = (worked) => options.onCall?.({ method: 'eth_call', ok: worked, latencyMs: 1, failure: worked ? null : 'NETWORK_ERROR' })
      return ok(connection(options))
    }
    await use(profileText('one'))
    for (let second = 0; second < 60; second++) {
      call(false)
      await clock.advance(1_000)
    }
    expect(recorded.filter((type) => type.startsWith('ChainUn'))).toEqual(['ChainUnreachable'])
    call(true)
    call(true)
    expect(recorded.filter((type) => /^Chain(Un)?[rR]each/.test(type))).toEqual(['ChainUnreachable', 'ChainReachable'])
  })
})
