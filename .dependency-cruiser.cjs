'use strict'
const { ROOMS, VENDORS, HELPER_ONLY, ELECTRON_PLACES } = require('./build/rooms.cjs')

const OURS = '^(src-main|src-preload|src-renderer|test|build|out)/'
const PACKAGES = '(^|/)node_modules/'

/** A resolved file of a package; `@scope/*` means every package of the scope. */
const inPackage = (name) => (name.endsWith('/*') ? `${PACKAGES}${name.slice(0, -1)}` : `${PACKAGES}${name}/`)
const inFolder = (folder) => `^${folder}/`
/** A file, or everything in a folder. */
const inPlace = (place) => `^${place.replaceAll('.', '\\.')}${place.endsWith('/') ? '' : '$'}`
const ELECTRON = inPackage('electron')

/** An empty list would match everything or nothing, depending on the key: leave it out. */
const not = (key, patterns) => (patterns.length === 0 ? {} : { [key]: patterns })

const roomRules = ROOMS.flatMap(({ name, path, own = path, may, mayTypes = [], packages, node }) => {
  const vendorFolders = Object.keys(VENDORS)
    .map(inFolder)
    .filter((folder) => folder.startsWith(path))
  return [
    {
      name: `${name}: imports only what its room may`,
      severity: 'error',
      comment: 'See build/rooms.cjs for the table.',
      from: { path },
      to: { path: OURS, pathNot: [own, ...may, ...mayTypes] },
    },
    ...(mayTypes.length === 0
      ? []
      : [
          {
            name: `${name}: imports types only`,
            severity: 'error',
            comment: 'Write `import type`: of these files the room may see the types alone.',
            from: { path },
            to: { path: mayTypes, dependencyTypesNot: ['type-only'] },
          },
        ]),
    ...(packages === 'any'
      ? []
      : [
          {
            name: `${name}: imports only its own packages`,
            severity: 'error',
            comment: 'See build/rooms.cjs for the packages of each room.',
            from: { path, ...not('pathNot', vendorFolders) },
            to: { path: PACKAGES, pathNot: [ELECTRON, ...packages.map(inPackage)] },
          },
          ...Object.entries(VENDORS)
            .filter(([folder]) => vendorFolders.includes(inFolder(folder)))
            .map(([folder, vendor]) => ({
              name: `${folder}: imports only its own vendor packages`,
              severity: 'error',
              comment: 'See VENDORS in build/rooms.cjs.',
              from: { path: inFolder(folder) },
              to: { path: PACKAGES, pathNot: [ELECTRON, ...[...packages, ...vendor].map(inPackage)] },
            })),
        ]),
    ...(node
      ? []
      : [
          {
            name: `${name}: imports nothing of Node`,
            severity: 'error',
            comment: 'It is pure or runs in a sandbox.',
            from: { path },
            to: { dependencyTypes: ['core'] },
          },
        ]),
  ]
})

module.exports = {
  forbidden: [
    {
      name: 'no circles',
      severity: 'error',
      comment: 'Two files that need each other are one, or lack a third.',
      from: {},
      to: { circular: true },
    },
    { name: 'imports exist', severity: 'error', comment: 'It cannot be resolved.', from: { path: OURS }, to: { couldNotResolve: true } },
    {
      name: 'every file has a room',
      severity: 'error',
      comment: 'It belongs to no room of build/rooms.cjs: move it, or give it a room.',
      // The one kind of rule that also sees a file without imports; nobody would import a stray file a hundred times.
      module: { path: '^src-(main|preload|renderer)/', pathNot: ROOMS.map(({ path }) => path), numberOfDependentsLessThan: 100 },
      from: {},
    },
    {
      name: 'electron only where the table says',
      severity: 'error',
      comment: 'The few files that may are listed in build/rooms.cjs.',
      from: { path: '^src-', pathNot: ELECTRON_PLACES.map(inPlace) },
      to: { path: ELECTRON },
    },
    {
      name: 'vendor and native libraries only in a helper process',
      severity: 'error',
      comment: 'Loading one holds the event loop of whoever does: see docs/adr/0014-vendor-libraries-in-a-helper-process.md.',
      from: { path: '^src-main/(index\\.ts$|app/)' },
      to: { path: HELPER_ONLY, reachable: true },
    },
    ...roomRules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json', '.css', '.d.ts'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
