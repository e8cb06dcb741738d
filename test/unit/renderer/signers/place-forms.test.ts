import { describe, expect, test } from 'vitest'

import { secretSource, type SecretSourceView } from '../../../../src-preload/contract/signers'
import { isOutsideRef } from '../../../../src-renderer/features/signers/config/fields'
import { problemsIn } from '../../../../src-renderer/features/signers/config/forms'
import { placeFormOf } from '../../../../src-renderer/features/signers/places/place-forms'
import { sayUnreadable } from '../../../../src-renderer/ui/words/secret-places'

const REF = 'secret:00000000-0000-4000-8000-000000000001'
const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
const PLACES: readonly SecretSourceView[] = [
  {
    kind: 'vault',
    service: {
      url: 'https://vault.example.org:8200',
      timeoutMs: 10_000,
      trust: { type: 'ca', certificatePem: PEM },
      clientCertificate: { certificatePem: PEM, keyRef: REF },
    },
    tokenRef: REF,
  },
  {
    kind: 'vault',
    service: { url: 'http://127.0.0.1:8200', timeoutMs: 10_000, trust: { type: 'system' }, clientCertificate: null },
    tokenRef: REF,
  },
  { kind: 'aws-sm', region: 'eu-central-1', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKeyRef: REF, endpoint: null },
  {
    kind: 'aws-sm',
    region: 'eu-central-1',
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKeyRef: REF,
    endpoint: 'https://vpce.example.org',
  },
]

describe('P1: the form of a place for secrets', () => {
  test.each(PLACES.map((place) => [place.kind, place] as const))(
    '%s: what it shows becomes the same again, as main takes it',
    (kind, place) => {
      const form = placeFormOf(kind)
      const values = form.read(place)
      expect(problemsIn(form, values)).toEqual({})
      expect(secretSource.parse(form.build(values))).toEqual(place)
    },
  )

  test.each(['vault', 'aws-sm'] as const)('%s: fresh, it says what is missing', (kind) => {
    const form = placeFormOf(kind)
    expect(Object.keys(problemsIn(form, form.fresh)).length).toBeGreaterThan(1)
  })

  test('what opens a place can only be typed in the private window', () => {
    for (const [kind, field] of [
      ['vault', 'token'],
      ['aws-sm', 'secretAccessKey'],
    ] as const) {
      const form = placeFormOf(kind)
      const place = PLACES.find((one) => one.kind === kind)
      if (place === undefined) throw new Error('no such place')
      for (const text of ['', 'vault:kv/holdfast#token', 'hvs.a-token-typed-here']) {
        expect(problemsIn(form, { ...form.read(place), [field]: text })).toEqual({ [field]: 'Type it in the private window.' })
      }
    }
  })

  test('nothing goes over plain HTTP to another machine', () => {
    for (const [kind, field] of [
      ['vault', 'url'],
      ['aws-sm', 'endpoint'],
    ] as const) {
      const form = placeFormOf(kind)
      const place = PLACES.find((one) => one.kind === kind)
      if (place === undefined) throw new Error('no such place')
      expect(problemsIn(form, { ...form.read(place), [field]: 'http://example.org' })[field]).toMatch(/Use https/)
    }
  })
})

test.each([
  ['vault:kv/holdfast/hsm#pin', true],
  ['aws-sm:holdfast/hsm', true],
  ['aws-sm:holdfast/hsm#pin', true],
  ['vault:kv#pin', false],
  ['vault:kv/holdfast', false],
  [REF, false],
  ['', false],
])('P1: a reference into a store of one’s own: %s', (ref, is) => {
  expect(isOutsideRef(ref)).toBe(is)
})

test.each([
  ['no vault is configured', /Set that place up/],
  ['the vault does not let this token read it', /may read exactly this secret/],
  ['there is no such secret in the vault', /letter by letter/],
  ['it has no text field pin', /letter by letter/],
  ['the vault is sealed', /unsealed/],
  ['UNTRUSTED_SERVER the certificate has expired', /certificate/],
  ['UNAVAILABLE ECONNREFUSED', /reached from this computer/],
  ['SECRET_UNAVAILABLE ResourceNotFoundException', /letter by letter/],
  ['something nobody has thought of', /Put right what is said/],
])('P1: why a secret cannot be read is said with what to do: %s', (why, advice) => {
  const { said, note } = sayUnreadable('vault:kv/a#b', `vault:kv/a#b: ${why}`)
  expect(said.now).toMatch(advice)
  expect(note).toBe(why)
})
