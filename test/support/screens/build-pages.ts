import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { build } from 'vite'

const root = resolve(import.meta.dirname, '../../..')

/** Builds both pages as the app does, and the fake main as one script; `outDir` is emptied first. */
export async function buildPages(outDir: string): Promise<void> {
  const pages = ['index.html', 'secure.html'].map((page) => resolve(root, 'src-renderer', page)).filter((page) => existsSync(page))
  await build({
    configFile: false,
    root: resolve(root, 'src-renderer'),
    logLevel: 'warn',
    plugins: [react()],
    build: {
      outDir: resolve(outDir, 'pages'),
      emptyOutDir: true,
      target: 'chrome114',
      minify: false,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 8_192,
      rolldownOptions: { input: pages },
    },
  })
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    build: {
      outDir: resolve(outDir, 'fake'),
      emptyOutDir: true,
      target: 'chrome114',
      minify: false,
      reportCompressedSize: false,
      lib: { entry: resolve(root, 'test/support/fake-bridge/install.ts'), formats: ['iife'], name: 'fakeMain', fileName: () => 'fake.js' },
    },
  })
}
