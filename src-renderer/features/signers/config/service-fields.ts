import type { SignerConfigView } from '../../../../src-preload/contract/signers'
import { between, checkUrl, fits, valueOf, type ConfigField, type FormValues } from './fields'

type Service = Extract<SignerConfigView, { kind: 'remote' }>['service']

const trusts = (how: string) => (values: FormValues) => (values['url'] ?? '').trim().startsWith('https:') && values['trust'] === how
const secure = (values: FormValues) => (values['url'] ?? '').trim().startsWith('https:')
const certified = (values: FormValues) => secure(values) && values['client'] === 'yes'
/** A fingerprint as tools print it, with colons or blanks, as we keep it. */
const fingerprint = (text: string): string =>
  text
    .replace(/^sha256(?: fingerprint)?\s*=\s*/i, '')
    .replace(/[:\s]/g, '')
    .toLowerCase()

/** The fields of a service that is reached over HTTP. */
export const SERVICE_FIELDS: readonly ConfigField[] = [
  {
    type: 'text',
    name: 'url',
    label: 'Address of the service',
    help: 'As your service prints it when it starts. https:// unless it runs on this computer.',
    placeholder: 'https://signer.example.org:9000',
    check: checkUrl,
  },
  {
    type: 'choice',
    name: 'trust',
    label: 'How its certificate is checked',
    help: 'Everything else is refused: a signer must not be spoken to by way of somebody else.',
    when: secure,
    options: [
      { value: 'system', label: 'Public authorities' },
      { value: 'ca', label: 'An authority of mine' },
      { value: 'pin', label: 'Exactly this certificate' },
    ],
  },
  {
    type: 'pem',
    name: 'ca',
    label: 'Certificate of your authority',
    help: 'The PEM text of the authority that signed the service\u2019s certificate.',
    when: trusts('ca'),
  },
  {
    type: 'text',
    name: 'pin',
    label: 'SHA-256 of its certificate',
    help: 'Run on the service\u2019s machine: openssl x509 -in cert.pem -noout -fingerprint -sha256',
    when: trusts('pin'),
    check: (value) => (/^[0-9a-f]{64}$/.test(fingerprint(value)) ? null : 'It has 64 hexadecimal digits; colons do not matter.'),
  },
  {
    type: 'choice',
    name: 'client',
    label: 'Does the service ask for our certificate?',
    help: 'Mutual TLS: only who has this certificate may ask for signatures. Recommended.',
    when: secure,
    options: [
      { value: 'no', label: 'No' },
      { value: 'yes', label: 'Yes' },
    ],
  },
  { type: 'pem', name: 'clientPem', label: 'Our certificate', help: 'The PEM text of the client certificate.', when: certified },
  {
    type: 'secret',
    name: 'clientKey',
    label: 'Private key of our certificate',
    help: 'The PEM text of its private key.',
    purpose: 'client-key',
    when: certified,
  },
  {
    type: 'secret',
    name: 'token',
    label: 'Access token',
    help: 'If the service asks for a bearer token.',
    purpose: 'token',
    optional: true,
  },
  {
    type: 'text',
    name: 'timeoutSec',
    label: 'How long to wait for a signature, s',
    help: 'What comes later is thrown away, and never asked for twice.',
    more: true,
    check: between(0.1, 600, '\u00a0s'),
  },
]

/** What a fresh form of a service starts with. */
export function freshService(timeoutSec: string): FormValues {
  return { url: '', trust: 'system', ca: '', pin: '', client: 'no', clientPem: '', clientKey: '', token: '', timeoutSec }
}

/** The service that the fields describe. */
export function buildService(values: FormValues): Service {
  const url = valueOf({ name: 'url' }, values)
  const https = url.startsWith('https:')
  const { trust, client } = values
  return {
    url,
    timeoutMs: Math.round(Number(valueOf({ name: 'timeoutSec' }, values)) * 1_000),
    trust:
      https && trust === 'ca'
        ? { type: 'ca', certificatePem: pemOf('ca', values) }
        : https && trust === 'pin'
          ? { type: 'pin', sha256: fingerprint(values['pin'] ?? '') }
          : { type: 'system' },
    clientCertificate:
      https && client === 'yes' ? { certificatePem: pemOf('clientPem', values), keyRef: valueOf({ name: 'clientKey' }, values) } : null,
  }
}

/** The reference in a field that may be left empty. */
export function optionalRef(name: string, values: FormValues): string | null {
  const ref = valueOf({ name }, values)
  return ref === '' ? null : ref
}

/** What the fields show of a service. */
export function readService({ url, timeoutMs, trust, clientCertificate }: Service): FormValues {
  return {
    url,
    timeoutSec: String(timeoutMs / 1_000),
    trust: trust.type,
    ca: trust.type === 'ca' ? trust.certificatePem : '',
    pin: trust.type === 'pin' ? trust.sha256 : '',
    client: clientCertificate === null ? 'no' : 'yes',
    clientPem: clientCertificate?.certificatePem ?? '',
    clientKey: clientCertificate?.keyRef ?? '',
  }
}

/** PEM ends with a line break. */
function pemOf(name: string, values: FormValues): string {
  return `${valueOf({ name }, values)}\n`
}

/** What a path to a key on a device looks like; `m/` in front is as good. */
export const checkPath = fits(
  /^(?:m\/)?\d{1,10}'?(?:\/\d{1,10}'?){0,9}$/,
  'A path such as 44\u2019/60\u2019/0\u2019/0/0, with plain apostrophes.',
)
