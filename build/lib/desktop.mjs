import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { assertReadable, desktopUser } from './desktop-user.mjs'
import { say } from './log.mjs'
import { toolEnv, toolNode } from './node.mjs'
import { inCache, inProject, projectRoot } from './paths.mjs'
import { run } from './process.mjs'
import { ensureSystemPackages } from './system-packages.mjs'

/** Guards nothing of value: the keyring of a test desktop, which only ever holds test and demo keys. */
const TEST_KEYRING_PASSWORD = 'holdfast-test-desktop'

/** Whether windows can be shown to a person here. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY']) || Boolean(process.env['WAYLAND_DISPLAY'])
}

/** Whether the app can be run in the person's own session: a display, and not root, for whom Electron has no sandbox. */
export function canOpenWindows() {
  return hasDisplay() && process.getuid?.() !== 0
}

/** @typedef {{ uid: number, gid: number, name: string }} User */

/** @param {string} folder @param {User | undefined} user @param {number} mode */
function ownFolder(folder, user, mode) {
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, mode)
  if (user !== undefined) chownSync(folder, user.uid, user.gid)
  return folder
}

/**
 * The folder of the desktop session that outlives a command: the demo's keyring and data, which a later audit reads.
 * @param {User | undefined} user
 */
function lastingFolder(user) {
  return inCache('desktop', user?.name ?? 'own')
}

/** The data folder of the lasting desktop session, given to the app as HOLDFAST_DATA_DIR. */
export async function lastingDataDir() {
  return join(lastingFolder(await desktopUser()), 'data')
}

/** Empties the lasting desktop session: a demo starts from nothing. */
export async function resetLastingSession() {
  rmSync(lastingFolder(await desktopUser()), { recursive: true, force: true })
}

/**
 * Sockets and scratch files live in a short-lived folder with a short path (socket names have a limit of about 100
 * characters); home and data are lasting if asked for.
 * @param {User | undefined} user
 * @param {boolean} lasting
 */
function makeSession(user, lasting) {
  const base = ownFolder(mkdtempSync(join(tmpdir(), 'holdfast-')), user, 0o755)
  const stay = lasting ? ownFolder(lastingFolder(user), user, 0o755) : base
  return {
    base,
    home: ownFolder(join(stay, 'home'), user, 0o700),
    data: ownFolder(join(stay, 'data'), user, 0o700),
    runtime: ownFolder(join(base, 'run'), user, 0o700),
    scratch: ownFolder(join(base, 'tmp'), user, 0o700),
    output: ownFolder(join(base, 'out'), user, 0o755),
  }
}

/** @param {string} from @param {string} to */
function collect(from, to) {
  if (readdirSync(from).length === 0) return
  mkdirSync(to, { recursive: true })
  cpSync(from, to, { recursive: true })
}

/** Only root can make this folder, and Xvfb of an ordinary user wants it. */
function ensureSocketFolder() {
  if (process.getuid?.() !== 0 || existsSync('/tmp/.X11-unix')) return
  mkdirSync('/tmp/.X11-unix', { recursive: true })
  chmodSync('/tmp/.X11-unix', 0o1777)
}

const PASSED_ON = ['CI', 'TERM', 'COLORTERM', 'FORCE_COLOR', 'NO_COLOR', 'TZ']

/** @param {ReturnType<typeof makeSession>} session @param {Record<string, string>} extra */
function sessionEnv(session, extra) {
  const inherited = PASSED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))
  return {
    ...Object.fromEntries(inherited),
    PATH: [dirname(toolNode()), inProject('node_modules', '.bin'), '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
    HOME: session.home,
    XDG_RUNTIME_DIR: session.runtime,
    TMPDIR: session.scratch,
    LANG: 'C.UTF-8',
    HOLDFAST_OUTPUT_DIR: session.output,
    HOLDFAST_KEYRING_PASSWORD: TEST_KEYRING_PASSWORD,
    ...extra,
  }
}

/**
 * @typedef {object} DesktopOptions
 * @property {Record<string, string>} [env] added to the environment, which otherwise is nearly empty
 * @property {boolean} [lasting] keep home (keyring) and data between runs and set HOLDFAST_DATA_DIR to them
 * @property {string} [outputTo] project folder that receives what the command leaves in $HOLDFAST_OUTPUT_DIR
 * @property {readonly string[]} [reads] files besides the project's that the command must be able to read
 */

/**
 * Runs a command in a desktop session of its own: a virtual screen of 1920×1080, a session bus and an unlocked keyring,
 * as an ordinary user (root becomes one) with Electron's real sandbox. Where the platform has a desktop anyway
 * (macOS, Windows) it just runs the command.
 * @param {string} command found on the tools' PATH
 * @param {readonly string[]} args
 * @param {DesktopOptions} [options]
 * @returns {Promise<number>} the command's exit code
 */
export async function runInDesktop(command, args, { env = {}, lasting = false, outputTo, reads = [] } = {}) {
  if (process.platform !== 'linux') {
    const direct = {
      ...(lasting ? { HOLDFAST_DATA_DIR: await lastingDataDir() } : {}),
      ...(outputTo ? { HOLDFAST_OUTPUT_DIR: outputTo } : {}),
      ...env,
    }
    return (await run(command, args, { cwd: projectRoot, env: toolEnv(direct) })).code
  }
  await ensureSystemPackages(['electron', 'headless'])
  const user = await desktopUser()
  await assertReadable(user, [inProject('package.json'), inProject('node_modules', '.package-lock.json'), ...reads])
  ensureSocketFolder()
  const session = makeSession(user, lasting)
  try {
    const variables = sessionEnv(session, { ...(lasting ? { HOLDFAST_DATA_DIR: session.data } : {}), ...env })
    const script = inProject('build', 'lib', 'desktop-session.sh')
    const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
    const { code } =
      user === undefined
        ? await run(script, [command, ...args], { cwd: projectRoot, env: variables })
        : await run('runuser', ['-u', user.name, '--', 'env', '-i', ...assignments, script, command, ...args], { cwd: projectRoot })
    if (outputTo !== undefined) collect(session.output, outputTo)
    return code
  } finally {
    removeSession(session.base)
  }
}

/** @param {string} folder */
function removeSession(folder) {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  } catch {
    say(`could not remove ${folder}; it may be deleted by hand`)
  }
}
