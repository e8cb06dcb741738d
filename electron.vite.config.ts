import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import type { HtmlTagDescriptor, Plugin } from 'vite'

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

/**
 * Fetches the app's own files with the page, for they come when its first frame is drawn already; the sheets after the page's content, so that the
 * frame waits for none.
 */
const filesAfterFrame: Plugin = {
  name: 'files-after-frame',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle = {}, chunk }) {
      const late = (chunk?.dynamicImports ?? []).flatMap((file) => {
        const output = bundle[file]
        return output?.type === 'chunk' ? [output, ...output.imports.flatMap((name) => bundle[name] ?? [])] : []
      })
      const chunks = late.flatMap((output) => (output.type === 'chunk' ? [output] : []))
      const sheets = new Set(chunks.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]))
      return [
        ...chunks.map(({ fileName }): HtmlTagDescriptor => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `./${fileName}` },
          injectTo: 'head',
        })),
        ...[...sheets].map((file): HtmlTagDescriptor => ({
          tag: 'link',
          attrs: { rel: 'preload', as: 'style', crossorigin: true, href: `./${file}` },
          injectTo: 'head',
        })),
      ]
    },
  },
}

export default defineConfig({
  main: {
    build: {
      ...forNode(
        'out/main',
        entries(
          'src-main/index.ts',
          'src-main/signers/keystore/key-host.ts',
          'src-main/signers/vendor-host/vendor-host.ts',
          'src-main/app/halt/kill-file-watcher.ts',
        ),
      ),
      // One file is read faster than the hundreds of a package. Outside stays what is native, and what looks for its own files as it runs.
      externalizeDeps: { exclude: ['commander', 'decimal.js', 'ethers', 'zod'], include: ['pkcs11js'] },
    },
  },
  preload: {
    build: {
      ...forNode('out/preload', entries('src-preload/index.ts', 'src-preload/secure.ts')),
      // A sandboxed preload can load nothing: each is one file, packages and shared code included.
      externalizeDeps: false,
      isolatedEntries: true,
      minify: true,
    },
  },
  renderer: {
    root: resolve('src-renderer'),
    plugins: [react(), filesAfterFrame],
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
