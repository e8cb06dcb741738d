import type { SignerConfigView } from '../../../../src-preload/contract/signers'
import { checkUrl, fits, isShown, problemWith, upTo, valueOf, type ConfigField, type FormValues } from './fields'
import { buildService, checkPath, freshService, optionalRef, readService, SERVICE_FIELDS } from './service-fields'

/** A kind that is reached by a config with something in it. */
export type ConfiguredKind = Exclude<SignerConfigView['kind'], 'keystore'>
type ConfigOf<K extends ConfiguredKind> = Extract<SignerConfigView, { kind: K }>

/** The form of one kind: what is asked, what it starts with, and the way to its config and back. */
export interface ConfigForm<K extends ConfiguredKind = ConfiguredKind> {
  readonly fields: readonly ConfigField[]
  readonly fresh: FormValues
  readonly build: (values: FormValues) => ConfigOf<K>
  readonly read: (config: ConfigOf<K>) => FormValues
}

const text = (name: string, label: string, help: string, more: Partial<Extract<ConfigField, { type: 'text' }>> = {}): ConfigField => ({
  type: 'text',
  name,
  label,
  help,
  check: upTo(300),
  ...more,
})
const endpoint = (help: string): ConfigField => text('endpoint', 'Another endpoint', help, { optional: true, more: true, check: checkUrl })
const optional = (name: string, values: FormValues): string | null => valueOf({ name }, values) || null

const ledger: ConfigForm<'ledger'> = {
  fields: [
    {
      type: 'choice',
      name: 'driver',
      label: 'Driver',
      help: 'The current one, or the older one for an Ethereum app that does not get on with it.',
      more: true,
      options: [
        { value: 'dmk', label: 'Device Management Kit' },
        { value: 'ledgerjs', label: 'LedgerJS (older)' },
      ],
    },
    text('derivationPath', 'Derivation path', 'Where on the device the account lies. Other usual places are looked at as well.', {
      more: true,
      check: checkPath,
    }),
    {
      type: 'choice',
      name: 'transport',
      label: 'Connected by',
      help: 'An emulator stands in for a device in development; it is refused in live.',
      more: true,
      options: [
        { value: 'usb', label: 'USB' },
        { value: 'emulator', label: 'Emulator' },
      ],
    },
    text('emulatorUrl', 'Address of the emulator', 'On this computer, such as http://127.0.0.1:5000.', {
      more: true,
      when: ({ transport }) => transport === 'emulator',
      check: fits(/^(?:http|tcp):\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d{1,5}$/, 'http:// or tcp:// on this computer, with a port.'),
    }),
  ],
  fresh: { driver: 'dmk', derivationPath: "44'/60'/0'/0/0", transport: 'usb', emulatorUrl: '' },
  build: (values) => ({
    kind: 'ledger',
    driver: values['driver'] === 'ledgerjs' ? 'ledgerjs' : 'dmk',
    derivationPath: valueOf({ name: 'derivationPath' }, values).replace(/^m\//, ''),
    transport: values['transport'] === 'emulator' ? { type: 'emulator', url: valueOf({ name: 'emulatorUrl' }, values) } : { type: 'usb' },
  }),
  read: ({ driver, derivationPath, transport }) => ({
    driver,
    derivationPath,
    transport: transport.type,
    emulatorUrl: transport.type === 'emulator' ? transport.url : '',
  }),
}

const remote: ConfigForm<'remote'> = {
  fields: [
    {
      type: 'choice',
      name: 'dialect',
      label: 'What it speaks',
      help: 'Web3Signer signs by itself; Clef asks a person there; the intent form tells your own service what each signature is for.',
      options: [
        { value: 'web3signer', label: 'Web3Signer' },
        { value: 'clef', label: 'Clef' },
        { value: 'intent', label: 'HTTP with intent' },
      ],
    },
    ...SERVICE_FIELDS,
    text('retries', 'Tries again', 'How often, when it certainly did not reach the service. What may have reached it is never repeated.', {
      more: true,
      check: fits(/^[0-5]$/, 'Between 0 and 5.'),
    }),
  ],
  fresh: { dialect: 'web3signer', ...freshService('15'), retries: '2' },
  build: (values) => ({
    kind: 'remote',
    dialect: values['dialect'] === 'clef' ? 'clef' : values['dialect'] === 'intent' ? 'intent' : 'web3signer',
    service: buildService(values),
    retries: Number(valueOf({ name: 'retries' }, values)),
    tokenRef: optionalRef('token', values),
  }),
  read: ({ dialect, service, retries, tokenRef }) => ({
    dialect,
    ...readService(service),
    retries: String(retries),
    token: tokenRef ?? '',
  }),
}

const mpc: ConfigForm<'mpc_2pc'> = {
  fields: SERVICE_FIELDS,
  fresh: freshService('30'),
  build: (values) => ({ kind: 'mpc_2pc', service: buildService(values), tokenRef: optionalRef('token', values) }),
  read: ({ service, tokenRef }) => ({ ...readService(service), token: tokenRef ?? '' }),
}

/** From the root, of no other machine, each folder parted by one stroke. */
const LOCAL_PATH = /^(?:\/|[A-Za-z]:[\\/])[^\\/:](?:(?![\\/]{2})[^:])*$/

const pkcs11: ConfigForm<'pkcs11'> = {
  fields: [
    text('libraryPath', 'Library of your HSM', 'The whole path of the module that its vendor gives you.', {
      placeholder: '/usr/lib/softhsm/libsofthsm2.so',
      check: (value) =>
        LOCAL_PATH.test(value) ? upTo(500)(value) : 'The whole path of a file on this computer, from the root of the disk.',
    }),
    text('tokenLabel', 'Token', 'Its label, as pkcs11-tool --list-slots shows it.', { check: upTo(32) }),
    text('keyLabel', 'Key', 'The label of the private key, on secp256k1.', { check: upTo(200) }),
    { type: 'secret', name: 'pin', label: 'PIN', help: 'The user PIN of the token. Too many wrong ones lock the token.', purpose: 'pin' },
  ],
  fresh: { libraryPath: '', tokenLabel: '', keyLabel: '', pin: '' },
  build: (values) => ({
    kind: 'pkcs11',
    libraryPath: valueOf({ name: 'libraryPath' }, values),
    tokenLabel: valueOf({ name: 'tokenLabel' }, values),
    keyLabel: valueOf({ name: 'keyLabel' }, values),
    pinRef: valueOf({ name: 'pin' }, values),
  }),
  read: ({ libraryPath, tokenLabel, keyLabel, pinRef }) => ({ libraryPath, tokenLabel, keyLabel, pin: pinRef }),
}

const aws: ConfigForm<'aws_kms'> = {
  fields: [
    text('region', 'Region', 'Where the key lies.', {
      placeholder: 'eu-central-1',
      check: fits(/^[a-z0-9-]{2,40}$/, 'Such as eu-central-1: small letters, digits and dashes.'),
    }),
    text('keyId', 'Key', 'Id, ARN or alias of an asymmetric key for signing, spec ECC_SECG_P256K1.', { placeholder: 'alias/trading' }),
    text('accessKeyId', 'Access key ID', 'Of a user that may do kms:GetPublicKey and kms:Sign on this key, and nothing else.', {
      check: fits(/^[A-Z0-9]{16,128}$/, 'Capitals and digits, as in AKIAIOSFODNN7EXAMPLE.'),
    }),
    { type: 'secret', name: 'secretAccessKey', label: 'Secret access key', help: 'The secret half of it.', purpose: 'access-key' },
    {
      type: 'secret',
      name: 'sessionToken',
      label: 'Session token',
      help: 'For a temporary access key only.',
      purpose: 'session-token',
      optional: true,
      more: true,
    },
    endpoint('An endpoint of your own network. Empty for the region\u2019s own.'),
  ],
  fresh: { region: '', keyId: '', accessKeyId: '', secretAccessKey: '', sessionToken: '', endpoint: '' },
  build: (values) => ({
    kind: 'aws_kms',
    region: valueOf({ name: 'region' }, values),
    keyId: valueOf({ name: 'keyId' }, values),
    accessKeyId: valueOf({ name: 'accessKeyId' }, values),
    secretAccessKeyRef: valueOf({ name: 'secretAccessKey' }, values),
    sessionTokenRef: optionalRef('sessionToken', values),
    endpoint: optional('endpoint', values),
  }),
  read: ({ region, keyId, accessKeyId, secretAccessKeyRef, sessionTokenRef, endpoint: other }) => ({
    region,
    keyId,
    accessKeyId,
    secretAccessKey: secretAccessKeyRef,
    sessionToken: sessionTokenRef ?? '',
    endpoint: other ?? '',
  }),
}

const gcp: ConfigForm<'gcp_kms'> = {
  fields: [
    text('keyVersion', 'Key version', 'Its resource name; algorithm EC_SIGN_SECP256K1_SHA256, protection level HSM.', {
      placeholder: 'projects/…/locations/…/keyRings/…/cryptoKeys/…/cryptoKeyVersions/1',
      check: fits(
        /^projects\/[^/\s]+\/locations\/[^/\s]+\/keyRings\/[^/\s]+\/cryptoKeys\/[^/\s]+\/cryptoKeyVersions\/\d+$/,
        'From projects/ to cryptoKeyVersions/ and a number, as the console copies it.',
      ),
    }),
    {
      type: 'secret',
      name: 'credentials',
      label: 'Service account',
      help: 'The JSON file of a service account with the role Cloud KMS CryptoKey Signer/Verifier on this key.',
      purpose: 'service-account',
    },
    endpoint('An endpoint of your own network. Empty for Google\u2019s own.'),
  ],
  fresh: { keyVersion: '', credentials: '', endpoint: '' },
  build: (values) => ({
    kind: 'gcp_kms',
    keyVersion: valueOf({ name: 'keyVersion' }, values),
    credentialsRef: valueOf({ name: 'credentials' }, values),
    endpoint: optional('endpoint', values),
  }),
  read: ({ keyVersion, credentialsRef, endpoint: other }) => ({ keyVersion, credentials: credentialsRef, endpoint: other ?? '' }),
}

const azure: ConfigForm<'azure_key_vault'> = {
  fields: [
    text('vaultUrl', 'Vault', 'The address of the key vault or managed HSM.', {
      placeholder: 'https://trading.vault.azure.net',
      check: checkUrl,
    }),
    text('keyName', 'Key', 'The name of an EC-HSM key on the curve P-256K.'),
    text('keyVersion', 'Key version', 'The version that holds your account. A new version is another account.'),
    text('tenantId', 'Tenant ID', 'Directory (tenant) ID of your registered application.'),
    text('clientId', 'Client ID', 'Application (client) ID. It needs the role Key Vault Crypto User on this key alone.'),
    {
      type: 'secret',
      name: 'clientSecret',
      label: 'Client secret',
      help: 'The secret\u2019s value, not its ID.',
      purpose: 'client-secret',
    },
    text('authorityUrl', 'Another authority', 'For a national cloud. Empty for the public one.', {
      optional: true,
      more: true,
      check: checkUrl,
    }),
  ],
  fresh: { vaultUrl: '', keyName: '', keyVersion: '', tenantId: '', clientId: '', clientSecret: '', authorityUrl: '' },
  build: (values) => ({
    kind: 'azure_key_vault',
    vaultUrl: valueOf({ name: 'vaultUrl' }, values),
    keyName: valueOf({ name: 'keyName' }, values),
    keyVersion: valueOf({ name: 'keyVersion' }, values),
    tenantId: valueOf({ name: 'tenantId' }, values),
    clientId: valueOf({ name: 'clientId' }, values),
    clientSecretRef: valueOf({ name: 'clientSecret' }, values),
    authorityUrl: optional('authorityUrl', values),
  }),
  read: ({ vaultUrl, keyName, keyVersion, tenantId, clientId, clientSecretRef, authorityUrl }) => ({
    vaultUrl,
    keyName,
    keyVersion,
    tenantId,
    clientId,
    clientSecret: clientSecretRef,
    authorityUrl: authorityUrl ?? '',
  }),
}

const envKey: ConfigForm<'env_private_key'> = {
  fields: [
    text('variable', 'Variable', 'Its name. Holdfast must have been started with it. For development only: whoever can read it can sign.', {
      placeholder: 'HOLDFAST_DEV_KEY',
      check: fits(/^[A-Z][A-Z0-9_]{0,60}$/, 'Capitals, digits and underscores, as in HOLDFAST_DEV_KEY.'),
    }),
  ],
  fresh: { variable: '' },
  build: (values) => ({ kind: 'env_private_key', variable: valueOf({ name: 'variable' }, values) }),
  read: ({ variable }) => ({ variable }),
}

const FORMS: { readonly [K in ConfiguredKind]: ConfigForm<K> } = {
  ledger,
  remote,
  mpc_2pc: mpc,
  pkcs11,
  aws_kms: aws,
  gcp_kms: gcp,
  azure_key_vault: azure,
  env_private_key: envKey,
}

/** The form of a kind. */
export function formOf(kind: ConfiguredKind): ConfigForm {
  // The table pairs each kind with its own form, which the compiler cannot follow across the union.
  return FORMS[kind] as unknown as ConfigForm
}

/** What is wrong with the fields as they stand, by their names; empty when the config can be made. */
export function problemsIn({ fields }: Pick<ConfigForm, 'fields'>, values: FormValues): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const problem = isShown(field, values) ? problemWith(field, values) : null
      return problem === null ? [] : [[field.name, problem]]
    }),
  )
}
