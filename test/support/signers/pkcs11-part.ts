import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SigningKey } from 'ethers/crypto'
import { computeAddress } from 'ethers/transaction'

import type { Pkcs11Config } from '../../../src-main/domain/signer'
import { SIGNER_KEY } from '../app/bench-chain'
import { secretRef, type SignerPart } from './part'

const MODULES = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so', '/usr/lib64/pkcs11/libsofthsm2.so']
const PIN = '7341'
const TOKEN = 'holdfast-tests'
const KEY = 'eth-trading'

/** The module of SoftHSM2, which the tests' own set-up installs. */
export const SOFTHSM = MODULES[0] ?? ''

/** A token of SoftHSM2 in a folder of its own, with the given key put in as not extractable. */
export function startPkcs11Part({ privateKey = SIGNER_KEY } = {}): SignerPart<Pkcs11Config> & {
  readonly env: Readonly<Record<string, string>>
} {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-hsm-'))
  const tokens = join(folder, 'tokens')
  mkdirSync(tokens)
  const conf = join(folder, 'softhsm2.conf')
  writeFileSync(conf, `directories.tokendir = ${tokens}\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n`)
  const env = { SOFTHSM2_CONF: conf }
  execFileSync('softhsm2-util', ['--init-token', '--free', '--label', TOKEN, '--so-pin', '90125634', '--pin', PIN], {
    env: { ...process.env, ...env },
    stdio: 'ignore',
  })
  putKey(privateKey, env)
  return {
    address: computeAddress(new SigningKey(privateKey).publicKey),
    secrets: { [secretRef(4)]: PIN },
    env,
    config: { kind: 'pkcs11', libraryPath: SOFTHSM, tokenLabel: TOKEN, keyLabel: KEY, pinRef: secretRef(4) },
    misbehave: () => {
      throw new Error('a module that lies is shown by the helper process that lies in its place')
    },
    close: () => {
      rmSync(folder, { recursive: true, force: true })
      return Promise.resolve()
    },
  }
}

/** Puts a key into the token from a process of its own: a module is initialised once per process. */
function putKey(privateKey: string, env: Readonly<Record<string, string>>): void {
  const point = new SigningKey(privateKey).publicKey.slice(2)
  const script = `
    const p = require(${JSON.stringify(createRequire(import.meta.url).resolve('pkcs11js'))})
    const m = new p.PKCS11(); m.load(${JSON.stringify(SOFTHSM)}); m.C_Initialize()
    const slot = m.C_GetSlotList(true).find((s) => m.C_GetTokenInfo(s).label.trim() === ${JSON.stringify(TOKEN)})
    const s = m.C_OpenSession(slot, p.CKF_RW_SESSION | p.CKF_SERIAL_SESSION); m.C_Login(s, p.CKU_USER, ${JSON.stringify(PIN)})
    const common = [{ type: p.CKA_KEY_TYPE, value: p.CKK_EC }, { type: p.CKA_TOKEN, value: true }, { type: p.CKA_ID, value: Buffer.from('k1') },
      { type: p.CKA_LABEL, value: ${JSON.stringify(KEY)} }, { type: p.CKA_EC_PARAMS, value: Buffer.from('06052b8104000a', 'hex') }]
    m.C_CreateObject(s, [{ type: p.CKA_CLASS, value: p.CKO_PRIVATE_KEY }, ...common, { type: p.CKA_PRIVATE, value: true }, { type: p.CKA_SENSITIVE, value: true },
      { type: p.CKA_EXTRACTABLE, value: false }, { type: p.CKA_SIGN, value: true }, { type: p.CKA_VALUE, value: Buffer.from(${JSON.stringify(privateKey.slice(2))}, 'hex') }])
    m.C_CreateObject(s, [{ type: p.CKA_CLASS, value: p.CKO_PUBLIC_KEY }, ...common, { type: p.CKA_VERIFY, value: true },
      { type: p.CKA_EC_POINT, value: Buffer.from(${JSON.stringify(`0441${point}`)}, 'hex') }])
    m.C_CloseSession(s); m.C_Finalize()`
  execFileSync(process.execPath, ['-e', script], { env: { ...process.env, ...env }, stdio: 'inherit' })
}
