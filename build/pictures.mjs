// `node build/pictures.mjs`, after `npm run demo`: puts the pictures that the documents show into docs/images, packed tighter.
// It names any that is missing or too large, so that no document keeps an old one unnoticed.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync, inflateSync } from 'node:zlib'
import { runMain, say, SetupError } from './lib/log.mjs'
import { inProject } from './lib/paths.mjs'

/** What the documents call a picture, and how the demo's file name ends. */
const PICTURES = {
  'ticket.png': 'swap-on-the-ticket-with-every-verdict.png',
  'timeline.png': 'swap-final.png',
  'halted.png': 'halted.png',
  'audit.png': 'the-record-verified.png',
}
const MOST_BYTES = 250_000
const SIGNATURE_BYTES = 8

await runMain(async () => {
  const from = inProject('demo-output')
  const to = inProject('docs', 'images')
  const shots = existsSync(from) ? readdirSync(from) : []
  mkdirSync(to, { recursive: true })
  for (const [name, ending] of Object.entries(PICTURES)) {
    const shot = shots.find((file) => file.endsWith(`-${ending}`))
    if (shot === undefined) throw new SetupError(`demo-output has no picture that ends in ${ending}: run \`npm run demo\` first.`)
    const packed = pack(readFileSync(join(from, shot)))
    if (packed.length > MOST_BYTES)
      throw new SetupError(`${shot} takes ${packed.length} bytes; a picture in docs/ has at most ${MOST_BYTES}.`)
    writeFileSync(join(to, name), packed)
    say(`${name}: ${shot}, ${Math.round(packed.length / 1000)} kB`)
  }
})

/** The same PNG, its pixels deflated as tightly as zlib can: browsers are in a hurry. @param {Buffer} png */
function pack(png) {
  /** @type {Record<string, Buffer[]>} */
  const bodies = {}
  for (let at = SIGNATURE_BYTES; at < png.length;) {
    const length = png.readUInt32BE(at)
    const type = png.toString('latin1', at + 4, at + 8)
    bodies[type] = [...(bodies[type] ?? []), png.subarray(at + 8, at + 8 + length)]
    at += length + 12
  }
  const pixels = inflateSync(Buffer.concat(bodies['IDAT'] ?? []))
  const header = bodies['IHDR']?.[0] ?? Buffer.alloc(0)
  const data = deflateSync(pixels, { level: 9, memLevel: 9 })
  return Buffer.concat([png.subarray(0, SIGNATURE_BYTES), chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

/** @param {string} type @param {Buffer} body */
function chunk(type, body) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body])
  const out = Buffer.alloc(named.length + 8)
  out.writeUInt32BE(body.length, 0)
  named.copy(out, 4)
  out.writeUInt32BE(crc32(named), named.length + 4)
  return out
}

/** Node has one of its own from 20.15 on, which is newer than the scripts may ask for. @param {Buffer} bytes */
function crc32(bytes) {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return ~crc >>> 0
}
