import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, expect, it } from 'vitest'

import { fact, Workshop } from './workshop'

let shop: Workshop
afterEach(() => {
  shop.remove()
})

const CANARIES = ['canary-subject', 'canary-actor', 'CanaryType', 'canary-data', 'canary-key']

it('no word of any fact stands readable in any file, before or after a checkpoint', async () => {
  shop = new Workshop()
  const log = shop.log()
  for (let n = 1; n <= 300; n++) {
    log.append(
      fact(n, {
        subject: 'canary-subject',
        actor: 'canary-actor',
        type: 'CanaryType',
        data: { 'canary-key': `canary-data-${n}`, long: 'canary-data '.repeat(200) },
      }),
    )
  }
  log.anchorNow()
  await log.count({ text: 'canary' })
  expect(log.get(1)?.data['canary-key']).toBe('canary-data-1')

  const check = (): string[] => {
    const files = readdirSync(shop.folder)
    for (const file of files) {
      const bytes = readFileSync(join(shop.folder, file))
      for (const canary of [...CANARIES, shop.key, shop.key.toString('hex')]) {
        expect(bytes.includes(canary), `${file} holds ${typeof canary === 'string' ? canary : 'the key'}`).toBe(false)
      }
    }
    return files.sort()
  }
  expect(check()).toEqual(['audit.anchor', 'environment.db', 'environment.db-shm', 'environment.db-wal'])
  shop.db.pragma('wal_checkpoint(TRUNCATE)')
  check()
  shop.close()
  expect(check()).toEqual(['audit.anchor', 'environment.db'])
})
