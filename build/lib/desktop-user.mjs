import { accessSync, constants, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { withLock } from './lock.mjs'
import { SetupError, say } from './log.mjs'
import { run, runQuietly } from './process.mjs'

const DEFAULT_USER = 'holdfast-test'

/** @param {string} name */
function lookUp(name) {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`${name}:`))
  if (line === undefined) return undefined
  const [, , uid, gid] = line.split(':')
  return { name, uid: Number(uid), gid: Number(gid) }
}

/**
 * The ordinary user that Electron runs as when we are root: its sandbox does not work for root. Made if missing.
 * Gives nothing when we are an ordinary user already.
 * @returns {Promise<{ name: string, uid: number, gid: number } | undefined>}
 */
export async function desktopUser() {
  if (process.getuid?.() !== 0) return undefined
  const name = process.env['HOLDFAST_TEST_USER'] ?? DEFAULT_USER
  const present = lookUp(name)
  if (present !== undefined) return present
  return withLock('user', async () => {
    const madeMeanwhile = lookUp(name)
    if (madeMeanwhile !== undefined) return madeMeanwhile
    say(`making the ordinary user "${name}", so that Electron keeps its sandbox`)
    await runQuietly('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/usr/sbin/nologin',
      name,
    ])
    const made = lookUp(name)
    if (made === undefined) throw new SetupError(`useradd succeeded, but there is no user "${name}".`)
    return made
  })
}

/** @param {string} file */
function closedAncestor(file) {
  const chain = []
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    chain.unshift(folder)
    if (folder === dirname(folder)) break
  }
  return chain.find((folder) => (statSync(folder).mode & 0o001) === 0)
}

/**
 * Fails with an explanation if the desktop's user cannot read one of the files.
 * @param {{ name: string } | undefined} user
 * @param {readonly string[]} files
 */
export async function assertReadable(user, files) {
  for (const file of files) {
    if (user === undefined) accessSync(file, constants.R_OK)
    else if ((await run('runuser', ['-u', user.name, '--', 'test', '-r', file], { output: 'quiet' })).code !== 0) {
      const closed = closedAncestor(file)
      throw new SetupError(
        `Electron runs as the ordinary user "${user.name}", who cannot read ${file}. ` +
          (closed === undefined
            ? `Open it (chmod a+rX), `
            : `The folder ${closed} is closed to others: open it (chmod a+rx ${closed}), move the project elsewhere, `) +
          'or work as an ordinary user yourself.',
      )
    }
  }
}
