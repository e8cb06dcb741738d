import { z } from 'zod'

import {
  LEDGER_DRIVERS,
  REMOTE_DIALECTS,
  SECRET_REF,
  SIGNER_FAILURE_CODES,
  SIGNER_KINDS,
  USER_INTERACTIONS,
  type SignerConfig,
} from '../../src-main/domain/signer'
import { SECRET_SOURCE_KINDS, type SecretSource } from '../../src-main/domain/secret-source'
import { SECRET_PURPOSES } from '../../src-main/domain/secret-use'
import { command, event, query, type PayloadOf } from './channel'
import { addressText, epochMs, idText, nothing, shortText } from './primitives'

const pem = z.string().min(1).max(20_000)
const url = z
  .string()
  .max(500)
  .regex(/^https?:\/\/[^\s@]+$/)
/** An absolute path on this machine; what lies there is looked at by main, before anything is loaded. */
const libraryPath = z
  .string()
  .max(500)
  .regex(/^(?:\/|[A-Za-z]:[\\/])[^\\/:\0](?:(?![\\/]{2})[^:\0])*$/)
const secretRef = z.string().max(400).regex(SECRET_REF)
const text = z.string().min(1).max(300)
/** In the app's own store: what opens another store cannot lie in it. */
const ownSecretRef = z.string().regex(/^secret:[0-9a-f-]{36}$/)

const serviceAddress = z.strictObject({
  url,
  timeoutMs: z.number().int().min(100).max(600_000),
  trust: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('system') }),
    z.strictObject({ type: z.literal('ca'), certificatePem: pem }),
    z.strictObject({ type: z.literal('pin'), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ]),
  clientCertificate: z.strictObject({ certificatePem: pem, keyRef: secretRef }).nullable(),
})
const mpcConfig = z.strictObject({ kind: z.literal('mpc_2pc'), service: serviceAddress, tokenRef: secretRef.nullable() })
/** How a signer is reached. Nothing in it is secret; secrets are named by reference. */
export const signerConfig = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('keystore') }),
  z.strictObject({
    kind: z.literal('ledger'),
    driver: z.enum(LEDGER_DRIVERS),
    derivationPath: z.string().regex(/^\d{1,10}'?(?:\/\d{1,10}'?){0,9}$/),
    transport: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('usb') }),
      z.strictObject({
        type: z.literal('emulator'),
        url: z.string().regex(/^(?:http|tcp):\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d{1,5}$/),
      }),
    ]),
  }),
  z.strictObject({
    kind: z.literal('remote'),
    dialect: z.enum(REMOTE_DIALECTS),
    service: serviceAddress,
    retries: z.number().int().min(0).max(5),
    tokenRef: secretRef.nullable(),
  }),
  mpcConfig,
  z.strictObject({
    kind: z.literal('pkcs11'),
    libraryPath,
    tokenLabel: z.string().min(1).max(32),
    keyLabel: z.string().min(1).max(200),
    pinRef: secretRef,
  }),
  z.strictObject({
    kind: z.literal('aws_kms'),
    region: z.string().regex(/^[a-z0-9-]{2,40}$/),
    keyId: text,
    accessKeyId: z.string().regex(/^[A-Z0-9]{16,128}$/),
    secretAccessKeyRef: secretRef,
    sessionTokenRef: secretRef.nullable(),
    endpoint: url.nullable(),
  }),
  z.strictObject({ kind: z.literal('gcp_kms'), keyVersion: text, credentialsRef: secretRef, endpoint: url.nullable() }),
  z.strictObject({
    kind: z.literal('azure_key_vault'),
    vaultUrl: url,
    keyName: text,
    keyVersion: text,
    tenantId: text,
    clientId: text,
    clientSecretRef: secretRef,
    authorityUrl: url.nullable(),
  }),
  z.strictObject({ kind: z.literal('env_private_key'), variable: z.string().regex(/^[A-Z][A-Z0-9_]{0,60}$/) }),
]) satisfies z.ZodType<SignerConfig>

/** A place outside of the app where secrets lie; what opens it is kept in the app's own store. */
export const secretSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('vault'), service: serviceAddress, tokenRef: ownSecretRef }),
  z.strictObject({
    kind: z.literal('aws-sm'),
    region: z.string().regex(/^[a-z0-9-]{2,40}$/),
    accessKeyId: z.string().regex(/^[A-Z0-9]{16,128}$/),
    secretAccessKeyRef: ownSecretRef,
    endpoint: url.nullable(),
  }),
]) satisfies z.ZodType<SecretSource>

/** A signer as windows see it; nothing here can sign. */
export const signerView = z.strictObject({
  id: idText,
  kind: z.enum(SIGNER_KINDS),
  label: shortText,
  address: addressText,
  status: z.enum(['locked', 'ready', 'unavailable']),
  locksAtMs: epochMs.nullable(),
  lastSuccessMs: epochMs.nullable(),
  latencyMs: z.number().nullable(),
  detail: shortText,
  /** When it was last looked at, or null. */
  checkedAtMs: epochMs.nullable(),
  /** A person acts for each signature. */
  attended: z.boolean(),
  /** Can sign EIP-712 typed data, as the audit head and second factors need. */
  signsTypedData: z.boolean(),
  /** Its turn among the signers of its address, 1 first; the others step in, in order, while it is definitely unavailable. */
  turn: z.number().int().min(1),
  config: signerConfig,
})
const offeredAccount = z.strictObject({ address: addressText, where: shortText, config: signerConfig })
const label = z.string().trim().min(1).max(60)
/** What a device will show before it signs, page by page, and what that means by a descriptor of ours (ERC-7730). */
const deviceShows = z.strictObject({
  /** The device cannot show all of it in clear, and warns before. */
  blind: z.boolean(),
  screens: z.array(z.strictObject({ title: z.string().max(100), value: z.string().max(300) })).max(200),
  /** Null where no descriptor applies. The device does not show this. */
  meaning: z
    .strictObject({
      intent: z.string().max(100),
      owner: z.string().max(100),
      fields: z.array(z.strictObject({ label: z.string().max(100), value: z.string().max(300) })).max(100),
    })
    .nullable(),
})
/** The same of one transaction of a plan. */
const deviceRequest = deviceShows.extend({ purpose: z.enum(['approve', 'order']) })

/** Calls about signers and where their secrets lie; no secret crosses by them. */
export const signerCalls = {
  /** Where secrets outside of the app lie. */
  'secrets.sources': query(nothing, z.array(secretSource)),
  /** Sets or forgets one such place. Needs authority; false when it was not given. */
  'secrets.setSource': command(
    z.strictObject({ kind: z.enum(SECRET_SOURCE_KINDS), source: secretSource.nullable() }),
    z.strictObject({ done: z.boolean() }),
  ),
  /** Whether a reference can be read now; never what is there. One that no signer names needs authority. */
  'secrets.try': command(z.strictObject({ ref: secretRef }), z.strictObject({ found: z.boolean(), detail: shortText })),
  'signer.list': query(nothing, z.array(signerView)),
  /** Each opens the main-owned window, where passwords and keys are typed. */
  'signer.create': command(z.strictObject({ label }), z.strictObject({ id: idText.nullable() })),
  'signer.import': command(z.strictObject({ label, from: z.enum(['file', 'private-key']) }), z.strictObject({ id: idText.nullable() })),
  'signer.unlock': command(z.strictObject({ id: idText }), z.strictObject({ unlocked: z.boolean() })),
  'signer.lock': command(z.strictObject({ id: idText }), nothing),
  /** Signs a harmless test message-free transaction that cannot be broadcast, to show that the signer works. */
  'signer.test': command(z.strictObject({ id: idText }), z.strictObject({ ok: z.boolean(), latencyMs: z.number() })),
  /** Asks for a secret in the main-owned window and keeps it encrypted; null when nothing was typed. */
  'signer.storeSecret': command(z.strictObject({ purpose: z.enum(SECRET_PURPOSES), label }), z.strictObject({ ref: secretRef.nullable() })),
  /** A set-up was left: secrets that were typed for it, and that nothing names, are forgotten. */
  'signer.leaveSetUp': command(nothing, nothing),
  /** Which accounts a signer offers; nothing is signed or kept. */
  'signer.discover': command(z.strictObject({ config: signerConfig }), z.strictObject({ accounts: z.array(offeredAccount).max(50) })),
  /** Stops looking. */
  'signer.stopDiscovering': command(nothing, nothing),
  /** Has the device show the address to be compared. */
  'signer.verifyAddress': command(
    z.strictObject({ config: signerConfig, address: addressText }),
    z.strictObject({ confirmed: z.boolean() }),
  ),
  /**
   * Has two parties make a key in shares, unless they have one, and shows that they sign with it. Needs authority; without it nothing is done and there is
   * no address.
   */
  'signer.initialise': command(
    z.strictObject({ config: mpcConfig }),
    z.strictObject({ done: z.boolean(), address: addressText.nullable(), wasThere: z.boolean() }),
  ),
  /**
   * Has the parties of a signer make new shares of the same key, proven afterwards: same address, another pair of shares (`shareId`), a signature by it.
   * `shareIdBefore` is null where the service did not name the pair. Needs authority.
   */
  'signer.refresh': command(
    z.strictObject({ id: idText }),
    z.strictObject({
      done: z.boolean(),
      address: addressText.nullable(),
      shareId: shortText.nullable(),
      shareIdBefore: shortText.nullable(),
    }),
  ),
  /** Takes a signer in; it must hold the address, which is asked again. */
  'signer.add': command(z.strictObject({ label, config: signerConfig, address: addressText }), z.strictObject({ id: idText })),
  /** Changes how a signer is reached; the address must be the same. Needs authority; false when it was not given. */
  'signer.configure': command(z.strictObject({ id: idText, config: signerConfig }), z.strictObject({ done: z.boolean() })),
  /** What depends on a signer. */
  'signer.dependants': query(
    z.strictObject({ id: idText }),
    z.strictObject({
      openOrders: z.number().int().nonnegative(),
      onlyOneOfItsAddress: z.boolean(),
      keyIsHere: z.boolean(),
      /** Whose second factor it is here. */
      people: z.array(z.strictObject({ name: shortText, hasAuthenticator: z.boolean() })).max(50),
      /** Without it nobody could show here who they are but with a recovery key. */
      onlyKeysLeft: z.boolean(),
    }),
  ),
  /** Takes a signer out of the app; the key stays where it lies. Needs authority; false when it was not given. */
  'signer.remove': command(z.strictObject({ id: idText }), z.strictObject({ done: z.boolean() })),
  /** The order in which the signers of one address step in. Needs authority. */
  'signer.setTurns': command(z.strictObject({ ids: z.array(idText).min(2).max(10) }), z.strictObject({ done: z.boolean() })),
  /** What the signer's device will show for a plan that waits to be confirmed, one request a transaction; null for signers without a screen. */
  'signer.preview': query(z.strictObject({ planId: idText }), z.strictObject({ requests: z.array(deviceRequest).max(10) }).nullable()),
  /** Looks at a signer's health now. */
  'signer.check': command(z.strictObject({ id: idText }), signerView),
} as const
/** What main tells of signers. */
export const signerEvents = {
  'signer.changed': event(z.array(signerView)),
  /** What a person has to do at a signer, for which order or set-up (`subject`); `none` when it is over. */
  'signer.interaction': event(
    z.strictObject({
      signerId: idText.nullable(),
      /** An order, a test, or `set-up`. */
      subject: idText,
      required: z.enum(USER_INTERACTIONS),
      /** When waiting for it ends; null when it is over. */
      untilMs: epochMs.nullable(),
      /** Of the very thing that is being signed; null where no device shows it, and where it is not yet to be confirmed. */
      shows: deviceShows.nullable(),
    }),
  ),
} as const

/** Why a signer did not sign. */
export const signerFailureCode = z.enum(SIGNER_FAILURE_CODES)
/** Why a signer did not sign. */
export type SignerFailureCode = z.output<typeof signerFailureCode>
/** A signer as windows see it. */
export type SignerView = z.output<typeof signerView>
/** How a signer is reached. */
export type SignerConfigView = z.output<typeof signerConfig>
/** A place outside of the app where secrets lie. */
export type SecretSourceView = z.output<typeof secretSource>
/** An account that a signer offers at set-up. */
export type OfferedAccountView = z.output<typeof offeredAccount>
/** What a device will show of one transaction of a plan. */
export type DeviceRequestView = z.output<typeof deviceRequest>
/** What a device will show before it signs. */
export type DeviceShowsView = z.output<typeof deviceShows>
export type { SecretPurpose } from '../../src-main/domain/secret-use'
/** What a person has to do at a signer. */
export type SignerInteraction = PayloadOf<(typeof signerEvents)['signer.interaction']>
