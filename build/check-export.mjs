// `npm run audit -- check <file>` or, with nothing but Node and ethers, `node build/check-export.mjs <file>`: checks an exported
// audit log without the app, its database or its key. It is written apart from the app's own check on purpose, so that one fault
// is not in both. What needs the key, the entries' authentication codes, it cannot check; what a signer vouched for, it can.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { verifyTypedData } from 'ethers'

/**
 * @typedef {{ headSeq: number, headHash: string, atMs: number, address: string, kind: string, signature: string }} Voucher
 * @typedef {{ environment: string, logId: string, genesisHash: string }} Header
 */

const ENTRY = /^\{"seq":(\d{1,16}),"prevHash":"([0-9a-f]{64})","hash":"([0-9a-f]{64})","mac":"[0-9a-f]{64}","entry":(.*)\}$/
const EMPTIED = '{}'
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n
const TYPES = {
  AuditHead: [
    { name: 'environment', type: 'string' },
    { name: 'seq', type: 'uint256' },
    { name: 'hash', type: 'bytes32' },
    { name: 'atMs', type: 'uint256' },
  ],
}
const USAGE = 'Usage: check <exported file> [--by <address that must have vouched>]'

/**
 * Checks one exported file. 0: nothing is wrong; 1: something is, or nobody vouched who should have; 2: it cannot be read.
 * @param {readonly string[]} args
 * @param {(line: string) => void} out
 */
export async function checkExport(args, out) {
  const by = args.indexOf('--by')
  const wanted = by < 0 ? null : (args[by + 1] ?? '')
  const [file, ...more] = by < 0 ? args : [...args.slice(0, by), ...args.slice(by + 2)]
  if (file === undefined || more.length > 0 || (wanted !== null && !/^0x[0-9a-fA-F]{40}$/.test(wanted))) {
    out(USAGE)
    return 2
  }
  try {
    return await check(file, wanted, out)
  } catch (thrown) {
    out(`It cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}.`)
    return 2
  }
}

/** @param {string} file @param {string | null} wanted @param {(line: string) => void} out */
async function check(file, wanted, out) {
  /** @type {Header | null} */
  let header = null
  /** @type {string[]} */
  const faults = []
  /** Hashes by number, and where the unbroken run that an entry stands in begins. @type {Map<number, { hash: string, from: number }>} */
  const entries = new Map()
  /** @type {{ seq: number, body: string }[]} */
  const signed = []
  let last = 0
  let emptied = 0
  let isEnded = false
  for await (const line of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    if (header === null) {
      header = headerOf(line)
      continue
    }
    if (isEnded) faults.push('something stands after the last line')
    if (line.startsWith('{"end":')) {
      const end = JSON.parse(line)
      isEnded = true
      if (end.end !== true || end.written !== entries.size)
        faults.push(`it says that it holds ${end.written} entries, and holds ${entries.size}`)
      continue
    }
    const match = ENTRY.exec(line)
    if (match === null) {
      faults.push(`after entry ${last}: a line that is no entry`)
      continue
    }
    const [, digits = '', prevHash = '', hash = '', body = ''] = match
    const seq = Number(digits)
    if (!Number.isSafeInteger(seq) || seq <= last) faults.push(`entry ${digits} stands after entry ${last}`)
    if (body === EMPTIED) emptied += 1
    else if (hashOf(seq, prevHash, body) !== hash) faults.push(`entry ${seq} is not what was hashed`)
    const before = seq === 1 ? { hash: header.genesisHash, from: 1 } : entries.get(seq - 1)
    if (before !== undefined && before.hash !== prevHash) faults.push(`entry ${seq} follows another entry than the one before it`)
    entries.set(seq, { hash, from: before?.from ?? seq })
    if (body.endsWith(',"type":"AuditHeadSigned"}')) signed.push({ seq, body })
    last = seq
  }
  if (header === null) throw new Error('it is empty')
  if (!isEnded) faults.push('its end is missing')

  out(
    `Export of the ${header.environment} log ${header.logId}: ${entries.size} entries${entries.size === 0 ? '' : `, the last is ${last}`}.`,
  )
  if (emptied > 0) out(`Retention has emptied the text of ${emptied} entries; their hashes stand in the chain.`)
  const vouchedBy = signed.flatMap(({ seq, body }) => {
    const { line, address, fault } = judge(header, seq, body, entries)
    if (fault !== null) faults.push(`VOUCHER_MISMATCH entry ${seq}: ${fault}`)
    else out(line)
    return fault === null ? [address.toLowerCase()] : []
  })
  if (signed.length === 0) out('No signer vouched for anything in it.')
  if (wanted !== null && !vouchedBy.includes(wanted.toLowerCase())) faults.push(`${wanted} has not vouched for it`)
  for (const fault of faults) out(`  BROKEN  ${fault}`)
  out(faults.length === 0 ? 'Nothing is wrong with what it holds.' : `${faults.length} findings.`)
  return faults.length === 0 ? 0 : 1
}

/** @param {string} line @returns {Header} */
function headerOf(line) {
  const { format, v, environment, logId, genesisHash } = JSON.parse(line)
  if (format !== 'holdfast-audit-export' || v !== 1) throw new Error('it is no export of an audit log')
  const genesis = sha256(prefixed(['holdfast/audit-genesis/v1', environment, logId]))
  if (genesis !== genesisHash) throw new Error('its first hash is not that of the log that it names')
  return { environment, logId, genesisHash }
}

/**
 * @param {Header} header @param {number} at @param {string} body @param {ReadonlyMap<number, { hash: string, from: number }>} entries
 * @returns {{ line: string, address: string, fault: string | null }}
 */
function judge({ environment }, at, body, entries) {
  /** @type {Voucher} */
  const { headSeq, headHash, atMs, address, kind, signature } = JSON.parse(body).data
  const refuse = (/** @type {string} */ fault) => ({ line: '', address, fault })
  if (!isSignedBy({ environment, seq: headSeq, hash: `0x${headHash}`, atMs }, signature, address))
    return refuse(`the signature is not one of ${address} over what it is said to vouch for`)
  if (!(headSeq < at)) return refuse(`it vouches for entry ${headSeq}, which was not written yet`)
  const head = entries.get(headSeq)
  if (head !== undefined && head.hash !== headHash) return refuse(`entry ${headSeq} has not the hash that ${address} vouched for`)
  const reach = head === undefined ? 'which is not in this file' : `of which those from ${head.from} on are in this file`
  const line = `Vouched for by ${address} (${kind}) up to entry ${headSeq}, ${reach}, on ${new Date(atMs).toISOString()}.`
  return { line, address, fault: null }
}

/** @param {Record<string, unknown>} message @param {string} signature @param {string} address */
function isSignedBy(message, signature, address) {
  try {
    if (!/^0x[0-9a-f]{128}(?:1b|1c)$/.test(signature) || BigInt(`0x${signature.slice(66, 130)}`) > HALF_ORDER) return false
    return verifyTypedData({ name: 'Holdfast', version: '1' }, TYPES, message, signature).toLowerCase() === address.toLowerCase()
  } catch {
    return false
  }
}

/** @param {number} seq @param {string} prevHash @param {string} body */
function hashOf(seq, prevHash, body) {
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(BigInt(seq))
  return sha256(prefixed(['holdfast/audit-entry/v1', number, Buffer.from(prevHash, 'hex'), body]))
}

/** Every field behind its length, 4 bytes, the most significant first. @param {readonly (string | Buffer)[]} fields */
function prefixed(fields) {
  return Buffer.concat(
    fields.flatMap((field) => {
      const bytes = typeof field === 'string' ? Buffer.from(field, 'utf8') : field
      const length = Buffer.alloc(4)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}

/** @param {Buffer} bytes */
function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = await checkExport(process.argv.slice(2), (line) => console.log(line))
