import { describe, expect, test, vi } from 'vitest'

import { systemScheduler } from '../../../../src-main/lib/clock'
import { VendorClient } from '../../../../src-main/signers/vendor-host/vendor-client'

const never = new AbortController().signal
const opened = () =>
  new VendorClient({ post: () => undefined, onMessage: () => undefined, onExit: () => undefined, kill: vi.fn() }, systemScheduler)

describe('X1: a helper process that is closed while it is asked', () => {
  test('may have signed: nobody else is asked instead', async () => {
    const client = opened()
    const signing = client.ask({ op: 'sign', address: `0x${'a1'.repeat(20)}`, digest: `0x${'00'.repeat(32)}` }, null, never)
    client.close()
    expect(await signing).toMatchObject({ ok: false, error: { code: 'DISCONNECTED' } })
  })

  test('certainly signed nothing when it was only looked at', async () => {
    const client = opened()
    const looking = client.ask({ op: 'look' }, null, never)
    client.close()
    expect(await looking).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } })
  })
})
