import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { say } from './log.mjs'
import { inCache } from './paths.mjs'

/** @param {string} file */
function holderIsAlive(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    // An empty file belongs to somebody between creating and writing it.
    if (!Number.isInteger(pid) || pid <= 0) return true
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

/** @param {string} file */
function tryTake(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
    return false
  }
}

/**
 * Runs work while no other process runs work of the same name. A lock whose holder died is taken over.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(name, work) {
  const folder = inCache('locks')
  mkdirSync(folder, { recursive: true })
  const file = `${folder}/${name}.lock`
  for (let waited = 0; !tryTake(file); waited += 1) {
    if (!holderIsAlive(file)) {
      // Renaming is atomic: of two waiters only one removes the dead lock.
      try {
        renameSync(file, `${file}.${process.pid}`)
        rmSync(`${file}.${process.pid}`, { force: true })
      } catch {
        // somebody else was quicker
      }
      continue
    }
    if (waited === 10) say(`waiting for another process that is working on "${name}" (${file})`)
    await sleep(200)
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}
