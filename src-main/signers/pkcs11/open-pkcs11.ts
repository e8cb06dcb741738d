import type * as Pkcs11js from 'pkcs11js'

import type { ConfigOf } from '../../domain/signer'
import { readRawSignature } from '../digest'
import { addressOfPoint } from '../vendor-host/public-key'
import { secretText, VendorFailure, type OpenVendor, type Secrets, type VendorKey } from '../vendor-host/vendor'
import { failureOfPkcs11, failureOfSigning } from './failures'
import { checkLibrary } from './library-path'

type Library = typeof Pkcs11js
type Module = Pkcs11js.PKCS11
type Handle = Buffer

/** The curve's OID 1.3.132.0.10 in DER (SEC 2). */
const SECP256K1 = Buffer.from('06052b8104000a', 'hex')
/** More keys than this in one token are not looked at. */
const MOST_KEYS = 50

/**
 * Opens a token of an HSM behind PKCS#11 (OASIS PKCS#11 2.40): found by its label, logged in as its user. Nothing in the token is changed; keys are used where they
 * lie and are never asked for their value.
 */
export async function openPkcs11(config: ConfigOf<'pkcs11'>, secrets: Secrets): Promise<OpenVendor> {
  const library = checkLibrary(config.libraryPath)
  if (!library.ok) throw new VendorFailure(library.error.code, library.error.detail)
  const pkcs11 = await load()
  const module = new pkcs11.PKCS11()
  try {
    module.load(library.value)
    module.C_Initialize()
  } catch (thrown) {
    throw new VendorFailure('NOT_INSTALLED', `the module ${config.libraryPath} cannot be loaded: ${text(thrown)}`)
  }
  try {
    const session = openSession(pkcs11, module, config, secretText(secrets, config.pinRef))
    const keys = keysOf(pkcs11, module, session, config)
    return {
      keys,
      look: () => {
        guarded(() => module.C_GetSessionInfo(session))
        return Promise.resolve()
      },
      close: () => {
        module.C_CloseSession(session)
        module.C_Finalize()
        module.close()
      },
    }
  } catch (thrown) {
    module.C_Finalize()
    throw thrown
  }
}

async function load(): Promise<Library> {
  try {
    const loaded = (await import('pkcs11js')) as Library & { readonly default?: Library }
    return loaded.default ?? loaded
  } catch {
    throw new VendorFailure('NOT_INSTALLED', 'the PKCS#11 part is not compiled here: run `npm run setup -- --pkcs11`')
  }
}

function openSession(pkcs11: Library, module: Module, { tokenLabel }: ConfigOf<'pkcs11'>, pin: string): Handle {
  const slots = guarded(() => module.C_GetSlotList(true)).filter(
    (slot) => guarded(() => module.C_GetTokenInfo(slot)).label.trim() === tokenLabel,
  )
  const [slot] = slots
  if (slot === undefined) throw new VendorFailure('UNAVAILABLE', `no token is called ${tokenLabel}`)
  if (slots.length > 1) throw new VendorFailure('WRONG_ADDRESS', `several tokens are called ${tokenLabel}`)
  const session = guarded(() => module.C_OpenSession(slot, pkcs11.CKF_SERIAL_SESSION))
  guarded(() => module.C_Login(session, pkcs11.CKU_USER, pin))
  return session
}

function keysOf(pkcs11: Library, module: Module, session: Handle, config: ConfigOf<'pkcs11'>): readonly VendorKey[] {
  const find = (template: { type: number; value: Buffer | number | string | boolean }[]): readonly Handle[] =>
    guarded(() => {
      module.C_FindObjectsInit(session, template)
      try {
        return module.C_FindObjects(session, MOST_KEYS)
      } finally {
        module.C_FindObjectsFinal(session)
      }
    })
  const attribute = (object: Handle, type: number): Buffer =>
    Buffer.from(guarded(() => module.C_GetAttributeValue(session, object, [{ type }]))[0]?.value as Buffer)

  const keys: VendorKey[] = []
  const labels = new Set<string>()
  for (const privateKey of find([
    { type: pkcs11.CKA_CLASS, value: pkcs11.CKO_PRIVATE_KEY },
    { type: pkcs11.CKA_KEY_TYPE, value: pkcs11.CKK_EC },
  ])) {
    if (!attribute(privateKey, pkcs11.CKA_EC_PARAMS).equals(SECP256K1)) continue
    const id = attribute(privateKey, pkcs11.CKA_ID)
    const label = attribute(privateKey, pkcs11.CKA_LABEL).toString('utf8')
    const [publicKey, ...others] = find([
      { type: pkcs11.CKA_CLASS, value: pkcs11.CKO_PUBLIC_KEY },
      { type: pkcs11.CKA_ID, value: id },
    ])
    if (publicKey === undefined || others.length > 0) continue // which public key is its own cannot be told
    if (labels.has(label)) throw new VendorFailure('WRONG_ADDRESS', `several keys are called ${label}`)
    labels.add(label)
    keys.push({
      address: addressOfPoint(pointOf(attribute(publicKey, pkcs11.CKA_EC_POINT))),
      where: label,
      config: { ...config, keyLabel: label },
      signDigest: (digest) => sign(pkcs11, module, session, privateKey, digest),
    })
  }
  if (keys.length === 0) throw new VendorFailure('UNAVAILABLE', 'the token holds no secp256k1 key with its public key')
  return keys
}

async function sign(pkcs11: Library, module: Module, session: Handle, key: Handle, digest: Uint8Array) {
  guarded(() => {
    module.C_SignInit(session, { mechanism: pkcs11.CKM_ECDSA, parameter: null as unknown as Buffer }, key)
  })
  try {
    const raw = await module.C_SignAsync(session, Buffer.from(digest), Buffer.alloc(64))
    const signature = readRawSignature(raw)
    if (!signature.ok) throw new VendorFailure(signature.error.code, signature.error.detail)
    return signature.value
  } catch (thrown) {
    throw failureOfSigning(thrown)
  }
}

/** CKA_EC_POINT is the point in a DER OCTET STRING (PKCS#11 2.40, 2.3.3); some modules leave the string out. */
function pointOf(value: Buffer): Buffer {
  return value.length === 67 && value[0] === 0x04 && value[1] === 0x41 ? value.subarray(2) : value
}

function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (thrown) {
    throw failureOfPkcs11(thrown)
  }
}

function text(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message.slice(0, 200) : 'unknown'
}
