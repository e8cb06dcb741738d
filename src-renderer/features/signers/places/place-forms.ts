import type { SecretSourceView } from '../../../../src-preload/contract/signers'
import { checkUrl, fits, valueOf, type ConfigField, type FormValues } from '../config/fields'
import { buildService, freshService, readService, SERVICE_FIELDS } from '../config/service-fields'

type Kind = SecretSourceView['kind']
type SourceOf<K extends Kind> = Extract<SecretSourceView, { kind: K }>

/** The form of one place: what is asked, what it starts with, and the way to main's own words for it and back. */
export interface PlaceForm<K extends Kind = Kind> {
  readonly fields: readonly ConfigField[]
  readonly fresh: FormValues
  readonly build: (values: FormValues) => SourceOf<K>
  readonly read: (source: SourceOf<K>) => FormValues
}

/** A service's fields but its token, which a place cannot do without, and how long it may take. What opens a place cannot lie in one. */
const service = SERVICE_FIELDS.flatMap((field): ConfigField[] => {
  if (field.name === 'token' || field.name === 'timeoutSec') return []
  if (field.name === 'url') return [{ ...field, type: 'text', check: checkUrl, placeholder: 'https://vault.example.org:8200' }]
  return [field.type === 'secret' ? { ...field, inAppOnly: true } : field]
})

const vault: PlaceForm<'vault'> = {
  fields: [
    ...service,
    {
      type: 'secret',
      name: 'token',
      label: 'Token',
      help: 'Of a policy that may read the paths of your secrets, and nothing else.',
      purpose: 'token',
      inAppOnly: true,
    },
  ],
  fresh: freshService('10'),
  build: (values) => ({ kind: 'vault', service: buildService(values), tokenRef: valueOf({ name: 'token' }, values) }),
  read: ({ service: reached, tokenRef }) => ({ ...readService(reached), token: tokenRef }),
}

const aws: PlaceForm<'aws-sm'> = {
  fields: [
    {
      type: 'text',
      name: 'region',
      label: 'Region',
      help: 'Where the secrets lie.',
      placeholder: 'eu-central-1',
      check: fits(/^[a-z0-9-]{2,40}$/, 'Such as eu-central-1: small letters, digits and dashes.'),
    },
    {
      type: 'text',
      name: 'accessKeyId',
      label: 'Access key ID',
      help: 'Of a user that may do secretsmanager:GetSecretValue on these secrets, and nothing else.',
      check: fits(/^[A-Z0-9]{16,128}$/, 'Capitals and digits, as in AKIAIOSFODNN7EXAMPLE.'),
    },
    {
      type: 'secret',
      name: 'secretAccessKey',
      label: 'Secret access key',
      help: 'The secret half of it.',
      purpose: 'access-key',
      inAppOnly: true,
    },
    {
      type: 'text',
      name: 'endpoint',
      label: 'Another endpoint',
      help: 'An endpoint of your own network. Empty for the region’s own.',
      optional: true,
      more: true,
      check: checkUrl,
    },
  ],
  fresh: { region: '', accessKeyId: '', secretAccessKey: '', endpoint: '' },
  build: (values) => ({
    kind: 'aws-sm',
    region: valueOf({ name: 'region' }, values),
    accessKeyId: valueOf({ name: 'accessKeyId' }, values),
    secretAccessKeyRef: valueOf({ name: 'secretAccessKey' }, values),
    endpoint: valueOf({ name: 'endpoint' }, values) || null,
  }),
  read: ({ region, accessKeyId, secretAccessKeyRef, endpoint }) => ({
    region,
    accessKeyId,
    secretAccessKey: secretAccessKeyRef,
    endpoint: endpoint ?? '',
  }),
}

const FORMS: { readonly [K in Kind]: PlaceForm<K> } = { vault, 'aws-sm': aws }

/** The form of a kind of place. */
export function placeFormOf(kind: Kind): PlaceForm {
  // The table pairs each kind with its own form, which the compiler cannot follow across the union.
  return FORMS[kind] as unknown as PlaceForm
}
