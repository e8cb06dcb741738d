import type { KnipConfig } from 'knip'

/** What nobody uses: a file or a package fails `npm run lint`, an export is told. */
export default {
  entry: [
    'src-main/index.ts',
    // Processes and commands of their own.
    'src-main/signers/{keystore/key-host,vendor-host/vendor-host}.ts',
    'src-main/app/halt/{kill-file-watcher,halt-without-electron}.ts',
    'src-preload/{index,secure}.ts',
    'src-renderer/*.tsx',
    'build/*.mjs',
    'build/runtime/*.cjs',
    'test/**/*.{test,e2e}.{ts,tsx}',
    'test/bench/*.ts',
    'test/{crash,soak}/run.ts',
    // Started by tests and scripts as processes of their own, or loaded into a page.
    'test/bench/lib/{run-one,verify-child,opening}.ts',
    'test/crash/child.ts',
    'test/integration/**/{child,abandoned-parent,crash-writer}.ts',
    'test/e2e/harness/seed-audit.ts',
    'test/support/**/{*child,install,build-pages,shoot,main,run,fill-disk,fake-secure}.ts',
  ],
  project: ['src-*/**/*.{ts,tsx}', 'build/**/*.mjs', 'test/**/*.{ts,tsx}'],
  ignoreExportsUsedInFile: true,
  // Told, not refused: an export may come a commit before its first use.
  rules: { exports: 'warn', types: 'warn' },
  // Programs of the system, not of a package.
  exclude: ['binaries'],
  ignoreDependencies: [
    // Loaded by name, in a helper process: src-main/signers/ledger/drivers/load-vendor.ts
    '@ledgerhq/device-transport-kit-node-hid',
    '@ledgerhq/hw-transport-node-hid',
    // Style sheets name the fonts' files.
    '@fontsource-variable/.+',
    // Compiled contracts, read as files by the devnet and by tests.
    '@uniswap/.+',
    // Called by their paths: build/lib/offline-runtime.mjs, build/lib/sqlite-binding.mjs, build/tool.mjs
    '@electron/asar',
    'node-gyp',
    'prettier',
  ],
} satisfies KnipConfig
