import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

// The rules are only text until something breaks them: each line here is a file that does, and the rule that must say so.
const FORBIDDEN: readonly (readonly [file: string, source: string, rule: string])[] = [
  ['src-main/guards/acts.ts', "import '../signers/signer'", 'guards: imports only what its room may'],
  ['src-main/guards/electron.ts', "import 'electron'", 'electron only where the table says'],
  [
    'src-main/guards/types.ts',
    "import type { Signer } from '../signers/signer'\nexport type X = Signer",
    'guards: imports only what its room may',
  ],
  ['src-main/engine/reaches-behind.ts', "import '../signers/ledger/device'", 'engine: imports only what its room may'],
  ['src-main/engine/ccxt.ts', "import 'ccxt'", 'engine: imports only its own packages'],
  ['src-main/domain/impure.ts', "import 'node:fs'", 'domain: imports nothing of Node'],
  ['src-main/domain/package.ts', "import 'zod'", 'domain: imports only its own packages'],
  ['src-main/domain/upwards.ts', "import '../engine/ok'", 'domain: imports only what its room may'],
  ['src-main/lib/ours.ts', "import '../domain/order'", 'lib: imports only what its room may'],
  ['src-main/confirmations/paper.ts', "import '../venues/paper/paper'", 'confirmations: imports only what its room may'],
  ['src-main/signers/kms.ts', "import '@aws-sdk/client-kms'", 'signers: imports only its own packages'],
  [
    'src-main/signers/ledger/wrong-vendor.ts',
    "import '@aws-sdk/client-kms'",
    'src-main/signers/ledger: imports only its own vendor packages',
  ],
  ['src-main/credentials/keychain.ts', "import 'electron'", 'electron only where the table says'],
  ['src-main/index.ts', "import './engine/ok'", 'main entry: imports only what its room may'],
  ['src-main/ipc/handlers.ts', "import '../signers/signer'", 'ipc: imports only what its room may'],
  ['src-main/gateway/shortcut.ts', "import '../venues/venue'", 'gateway: imports only what its room may'],
  ['src-main/app/loads-vendor.ts', "import '../signers/ledger/late'", 'vendor and native libraries only in a helper process'],
  ['src-main/app/stretches.ts', "import '../signers/keystore/storage'", 'vendor and native libraries only in a helper process'],
  ['src-main/helpers/stray.ts', 'export {}', 'every file has a room'],
  ['src-main/stray.ts', 'export {}', 'every file has a room'],
  ['src-preload/bridge.ts', "import 'electron'", 'electron only where the table says'],
  ['src-preload/node.ts', "import 'node:fs'", 'preload: imports nothing of Node'],
  ['src-preload/contract/engine.ts', "import '../../src-main/engine/ok'", 'contract: imports only what its room may'],
  ['src-renderer/features/ticket/neighbour.ts', "import '../halt/halt'", 'feature: imports only what its room may'],
  ['src-renderer/features/ticket/main.ts', "import '../../../src-main/domain/order'", 'feature: imports only what its room may'],
  [
    'src-renderer/features/ticket/values.ts',
    "import { x } from '../../../src-preload/contract/index'\nexport const y = x",
    'feature: imports types only',
  ],
  ['src-renderer/features/ticket/node.ts', "import 'node:fs'", 'feature: imports nothing of Node'],
  ['src-renderer/ui/store.ts', "import '../stores/store'", 'ui: imports only what its room may'],
  ['src-renderer/stores/feature.ts', "import '../features/halt/halt'", 'stores: imports only what its room may'],
  ['src-renderer/secure/app.ts', "import '../stores/store'", 'secure window: imports only what its room may'],
  ['src-main/storage/circle-a.ts', "import './circle-b'", 'no circles'],
  ['src-main/storage/lost.ts', "import './not-there'", 'imports exist'],
]

const ALLOWED: readonly (readonly [file: string, source: string])[] = [
  ['src-main/engine/ok.ts', "import '../guards/guard'\nimport '../signers/signer'\nimport 'ethers'\nimport 'node:crypto'"],
  ['src-main/guards/guard.ts', "import '../domain/order'"],
  ['src-main/signers/signer.ts', "import '../domain/order'\nexport interface Signer { readonly id: string }"],
  ['src-main/signers/ledger/device.ts', "import '@ledgerhq/hw-app-eth'\nimport '../signer'\nimport 'ethers'"],
  ['src-main/signers/ledger/late.ts', "export const late = () => import('./drivers/driver')"],
  ['src-main/signers/ledger/drivers/driver.ts', "import '@ledgerhq/hw-app-eth'"],
  ['src-main/signers/vendor-host/vendor-host.ts', "import '../ledger/late'"],
  ['src-main/signers/keystore/scrypt.ts', "import 'sodium-native'"],
  ['src-main/signers/keystore/storage.ts', "import './scrypt'"],
  ['src-main/signers/keystore/key-host.ts', "import './storage'"],
  ['src-main/venues/venue.ts', "import '../domain/order'"],
  ['src-main/venues/paper/paper.ts', "import '../venue'"],
  ['src-main/credentials/vault.ts', "import 'electron'\nimport '../venues/venue'"],
  ['src-main/domain/order.ts', "import '../lib/decimal'"],
  ['src-main/lib/decimal.ts', "import 'decimal.js'"],
  ['src-main/app/compose.ts', "import 'electron'\nimport '../engine/ok'\nimport '../signers/ledger/device'"],
  ['src-preload/index.ts', "import 'electron'\nimport './contract/index'"],
  ['src-preload/contract/index.ts', "import 'zod'\nimport '../../src-main/domain/order'\nexport const x = 1\nexport type T = string"],
  [
    'src-renderer/features/halt/halt.ts',
    "import type { T } from '../../../src-preload/contract/index'\nimport '../../stores/store'\nimport './part'\nexport type Y = T",
  ],
  ['src-renderer/features/halt/part.ts', 'export {}'],
  ['src-renderer/stores/store.ts', "import '../api/api'\nimport 'zustand'"],
  ['src-renderer/api/api.ts', "import { x } from '../../src-preload/contract/index'\nexport const y = x"],
]

const PACKAGES = [
  'electron',
  'ethers',
  'zod',
  'decimal.js',
  'ccxt',
  'zustand',
  '@aws-sdk/client-kms',
  '@ledgerhq/hw-app-eth',
  'sodium-native',
]

const projectRoot = join(import.meta.dirname, '../../..')
const configuration = createRequire(import.meta.url)('../../../.dependency-cruiser.cjs') as {
  forbidden: IFlattenedRuleSet['forbidden']
  options: Record<string, unknown>
}

let folder: string
let violations: readonly { from: string; rule: { name: string } }[]

function write(file: string, text: string): void {
  const path = join(folder, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-rooms-'))
  write('package.json', JSON.stringify({ name: 'fixture', dependencies: Object.fromEntries(PACKAGES.map((name) => [name, '*'])) }))
  for (const name of PACKAGES) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }))
    write(`node_modules/${name}/index.js`, '')
  }
  for (const [file, source] of [...ALLOWED, ...FORBIDDEN]) write(file, source)
  write('src-main/storage/circle-b.ts', "import './circle-a'")

  const { tsConfig: _ours, ...options } = configuration.options
  const result = await cruise(['src-main', 'src-preload', 'src-renderer'], {
    ...options,
    baseDir: folder,
    validate: true,
    ruleSet: { forbidden: configuration.forbidden ?? [] },
  })
  violations = (result.output as ICruiseResult).summary.violations
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('import rules', () => {
  test.each(FORBIDDEN)('%s breaks a rule', (file, _source, rule) => {
    expect(violations.filter(({ from }) => from === file).map((violation) => violation.rule.name)).toContain(rule)
  })

  test.each(ALLOWED)('%s breaks none', (file) => {
    expect(violations.filter(({ from }) => from === file)).toEqual([])
  })

  test('are about this project', () => {
    expect(projectRoot.length).toBeGreaterThan(0)
    expect(configuration.forbidden?.length ?? 0).toBeGreaterThan(40)
  })
})
