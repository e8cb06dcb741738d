import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

import { describe, expect, it } from 'vitest'

import { CHAIN_BREAK_KINDS } from '../../../src-main/audit/audit'
import { sayProblem } from '../../../src-renderer/ui/words/problems'
import { problemCode } from '../../../src-preload/contract/problem'

const ROOT = resolve(import.meta.dirname, '../../..')
/** Product rows: desktop, custody, execution safety, platform, beyond. */
const ROWS = Object.entries({ D: 10, C: 14, X: 10, P: 8, B: 12 }).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
)
const MOST_PICTURE_BYTES = 250_000
/** Where a short path in a document may begin. */
const BASES = ['', 'src-main/']

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const present = (path: string): boolean => existsSync(join(ROOT, path))

function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file).replaceAll('\\', '/'))
    .filter((file) => ending.test(file))
    .sort()
}

const DOCUMENTS = ['README.md', 'build/README.md', ...filesBelow('docs', /\.md$/)]
const TESTS = filesBelow('test', /\.(?:test|e2e)\.tsx?$/)
const manifest = JSON.parse(read('package.json')) as Record<
  'scripts' | 'dependencies' | 'devDependencies' | 'optionalDependencies',
  Record<string, string>
>

/** What stands between backticks, outside of fenced blocks. */
function codeSpans(text: string): string[] {
  return [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, span]) => span ?? '')
}

/** Paths inside the project: with a folder, and either a trailing slash or an extension; nothing with a placeholder. */
function pathsIn(text: string): string[] {
  return codeSpans(text).filter(
    (span) => /^[\w.@-]+(?:\/[\w.@*-]+)*(?:\/|\.(?:ts|tsx|mjs|cjs|js|json|md|css|html|png|patch|sh))$/.test(span) && span.includes('/'),
  )
}

/** Files that appear only when something is run, and files of the data folder. */
const NOT_IN_THE_PROJECT =
  /^(?:out|demo-output|test-results|bench-output|\.cache|\.devnet|paper|testnet|live|keystores|node_modules|release)\//

/** Titles of a test file; what is filled in at run time (`${…}`, `%s`) matches anything. */
function titlesOf(file: string): { readonly text: string; readonly fits: RegExp }[] {
  const source = read(file)
  const titles = [...source.matchAll(/\b(?:it|test|describe)(?:\.\w+(?:\((?:[^()]|\([^()]*\))*\))?)*\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g)]
  return titles.map(([, , raw = '']) => {
    const text = raw.replace(/\\(.)/g, '$1')
    const pattern = text
      .split(/\$\{[^}]*\}/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.+')
    return { text, fits: new RegExp(`^${pattern}$`) }
  })
}

/** What a document cites: a test file in backticks, then ` › ` and one or more titles in “ ”. */
function citationsIn(text: string): { readonly file: string; readonly title: string }[] {
  return [...text.matchAll(/`(test\/[^`]+\.(?:test|e2e)\.tsx?)` › ((?:“[^”]+”(?:, )?)+)/g)].flatMap(([, file = '', titles = '']) =>
    [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']) => ({ file, title })),
  )
}

/** The anchors that a document's headings make. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  )
}

/** Rows of a table whose first cell is one code span. */
function tableRows(text: string): { readonly key: string; readonly cells: readonly string[] }[] {
  return [...text.matchAll(/^\| `([^`]+)`\s*\|(.*)\|\s*$/gm)].map(([, key = '', rest = '']) => ({
    key,
    cells: rest.split('|').map((cell) => cell.trim()),
  }))
}

/** Rows about a code. */
function codeRows(text: string): ReturnType<typeof tableRows> {
  return tableRows(text).filter(({ key }) => /^[A-Z_]+$/.test(key))
}

describe.each(DOCUMENTS)('%s', (document) => {
  const text = read(document)

  it('names only files and folders that are there', () => {
    const missing = pathsIn(text)
      .filter((path) => !NOT_IN_THE_PROJECT.test(path))
      // A document beside the files that it is about may name them from there.
      .filter(
        (path) =>
          ![...BASES, `${dirname(document)}/`].some((base) =>
            path.includes('*') ? present(dirname(join(base, path))) : present(join(base, path)),
          ),
      )
    expect(missing).toEqual([])
  })

  it('links only to what is there', () => {
    const missing = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path = '', anchor] = target.split('#')
        const file = path === '' ? document : relative(ROOT, resolve(ROOT, dirname(document), path))
        return !present(file) || (anchor !== undefined && !anchorsOf(read(file)).includes(anchor))
      })
    expect(missing).toEqual([])
  })

  it('cites only tests that are there', () => {
    const missing = citationsIn(text).filter(
      ({ file, title }) => !present(file) || !titlesOf(file).some((known) => known.text === title || known.fits.test(title)),
    )
    expect(missing).toEqual([])
  })

  it('names only scripts that are there', () => {
    const named = [...text.matchAll(/\bnpm run ([a-z][\w:-]*)/g)].map(([, name = '']) => name)
    expect(named.filter((name) => !(name in manifest.scripts))).toEqual([])
  })

  it('names only product rows that are there', () => {
    expect([...text.matchAll(/\b[DCXPB]\d{1,2}\b/g)].map(([row]) => row).filter((row) => !ROWS.includes(row))).toEqual([])
  })

  it('names no path or host of anybody’s machine', () => {
    expect(text.match(/(?:^|[\s`"'(])\/(?:root|home|Users|work|tmp|mnt|opt|var)\/[^\s`)]*|[A-Z]:\\\\?Users\S*/gm) ?? []).toEqual([])
  })
})

describe('the threat model', () => {
  const text = read('docs/THREAT_MODEL.md')

  it('gives every mitigation a file and a test, or says that it has none yet', () => {
    const rows = [...text.matchAll(/^\| (M\d+[a-z]?) \|(.*)\|\s*$/gm)].map(([line, id = '']) => ({ line, id }))
    expect(rows.length).toBeGreaterThan(25)
    expect(rows.length).toBe(text.match(/^\| M\d/gm)?.length)
    expect(rows.map(({ id }) => id).filter((id, at, ids) => ids.indexOf(id) !== at)).toEqual([])
    expect(
      rows
        .filter(({ line }) => pathsIn(line).length === 0 || (citationsIn(line).length === 0 && !line.includes('no test yet')))
        .map(({ id }) => id),
    ).toEqual([])
  })

  it('uses no mitigation or remaining risk that it does not have', () => {
    const has = new Set([...text.matchAll(/^\| (M\d+[a-z]?) \||^- \*\*(R\d+)\./gm)].map(([, mitigation, risk]) => mitigation ?? risk))
    const used = [...text.matchAll(/\b(M\d+[a-z]?|R\d+)\b/g)].map(([, id = '']) => id)
    expect(used.filter((id) => !has.has(id))).toEqual([])
  })
})

describe('the guides', () => {
  it('tell every problem in the words of the app, and no other', () => {
    const told = new Map(codeRows(read('docs/guide/troubleshooting.md')).map(({ key, cells }) => [key, cells[0]]))
    const said = new Map(problemCode.options.map((code) => [code as string, sayProblem({ code, figures: {} }).what]))
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(said))
  })

  it('tell every break of the audit chain', () => {
    expect(codeRows(read('docs/guide/audit.md')).map(({ key }) => key)).toEqual([...CHAIN_BREAK_KINDS])
  })
})

describe('the list of dependencies', () => {
  const listed = tableRows(read('docs/DEPENDENCIES.md'))

  it('holds every package once', () => {
    const { dependencies, devDependencies, optionalDependencies } = manifest
    const wanted = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })
    const unused =
      read('docs/DEPENDENCIES.md')
        .match(/^`([^`]+)` is listed/gm)
        ?.map((line) => line.split('`')[1] ?? '') ?? []
    expect([...listed.map(({ key }) => key), ...unused].sort()).toEqual(wanted.sort())
  })

  it.each(listed.map(({ key, cells }) => [key, cells.at(-1) ?? ''] as const))('tells the licence of %s', (name, licence) => {
    const file = `node_modules/${name}/package.json`
    // Packages of other platforms are not installed here.
    if (!present(file) && name in manifest.optionalDependencies) return
    expect((JSON.parse(read(file)) as { license: string }).license).toBe(licence)
  })
})

describe('tests', () => {
  it('name only product rows that are there', () => {
    const odd = TESTS.flatMap((file) =>
      titlesOf(file).flatMap(({ text }) =>
        [...text.matchAll(/\b[DCXPB]\d{1,2}\b/g)].filter(([row]) => !ROWS.includes(row)).map(([row]) => `${file}: ${row}`),
      ),
    )
    expect(odd).toEqual([])
  })
})

it('pictures are few and small', () => {
  const pictures = filesBelow('docs/images', /\.png$/)
  expect(pictures.filter((file) => statSync(join(ROOT, file)).size > MOST_PICTURE_BYTES)).toEqual([])
  const shown = DOCUMENTS.flatMap((document) =>
    [...read(document).matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, target = '']) => join(dirname(document), target)),
  )
  expect(pictures.filter((file) => !shown.includes(file))).toEqual([])
})
