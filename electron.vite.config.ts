import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

/** Entries by name; parts of the app that are not there yet are left out. */
function entries(...files: string[]): Record<string, string> {
  return Object.fromEntries(files.filter((file) => existsSync(file)).map((file) => [basename(file).replace(/\.\w+$/, ''), resolve(file)]))
}

/** CommonJS and old targets: the same build runs in the offline runtime (Node 18.15, Chromium 114) and in the shipped Electron. */
const forNode = (outDir: string, input: Record<string, string>) => ({
  outDir,
  target: 'node18.15',
  sourcemap: true,
  reportCompressedSize: false,
  rolldownOptions: {
    input,
    output: { format: 'cjs' as const, entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' },
  },
})

export default defineConfig({
  main: {
    build: {
      ...forNode('out/main', entries('src-main/index.ts', 'src-main/signers/keystore/key-host.ts', 'src-main/app/kill-file-watcher.ts')),
      // Pure ESM cannot be required by the old Node: what is not in this list of plain dependencies is bundled.
      externalizeDeps: true,
    },
  },
  preload: {
    build: {
      ...forNode('out/preload', entries('src-preload/index.ts', 'src-preload/secure.ts')),
      // A sandboxed preload can load nothing: each is one file, packages and shared code included.
      externalizeDeps: false,
      isolatedEntries: true,
    },
  },
  renderer: {
    root: resolve('src-renderer'),
    plugins: [react()],
    server: { host: '127.0.0.1', port: 5173, strictPort: true },
    build: {
      outDir: resolve('out/renderer'),
      emptyOutDir: true,
      target: 'chrome114',
      minify: true,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 4096,
      rolldownOptions: { input: entries('src-renderer/index.html', 'src-renderer/secure.html') },
    },
  },
})
