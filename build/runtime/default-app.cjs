'use strict'
// The offline runtime comes without Electron's own default app. This stand-in makes `electron [flags] <folder|file>`
// work as it does with the official one: name, version and path of the app come from its package.json.
const fs = require('node:fs')
const Module = require('node:module')
const path = require('node:path')
const { app } = require('electron')

function fail(message) {
  console.error(message)
  process.exit(1)
}

function parseArguments(argv) {
  const parsed = { target: null, preload: [], print: null }
  for (let index = 0; index < argv.length; index += 1) {
    const arg = argv[index]
    if (arg === '-r' || arg === '--require') {
      index += 1
      if (argv[index] === undefined) fail('--require needs a file')
      parsed.preload.push(argv[index])
    } else if (arg === '-v' || arg === '--version') parsed.print = `v${process.versions.electron}`
    else if (arg === '-a' || arg === '--abi') parsed.print = process.versions.modules
    else if (arg.startsWith('--app=')) return { ...parsed, target: arg.slice('--app='.length) }
    else if (!arg.startsWith('-')) return { ...parsed, target: arg }
  }
  return parsed
}

function describeApp(folder) {
  const file = path.join(folder, 'package.json')
  if (!fs.existsSync(file)) return false
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8'))
  if (manifest.version) app.setVersion(manifest.version)
  app.name = manifest.productName || manifest.name || app.name
  app.setDesktopName(manifest.desktopName || `${app.name}.desktop`)
  return true
}

const { target, preload, print } = parseArguments(process.argv.slice(1))
// Playwright drives the app through such a module.
if (preload.length > 0) Module._preloadModules(preload)

if (target !== null) {
  Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true })
  const root = path.resolve(target)
  const isFolder = describeApp(root)
  const entry = Module._resolveFilename(root, module, true)
  app.setAppPath(isFolder ? root : path.dirname(entry))
  Module._load(entry, module, true)
} else if (print !== null) {
  console.log(print)
  process.exit(0)
} else fail('usage: electron [options] <app folder>')
