import { createHash, webcrypto, X509Certificate } from 'node:crypto'

// The certificate library's injector asks for it, and must find it there first.
import 'reflect-metadata'
import * as x509 from '@peculiar/x509'

x509.cryptoProvider.set(webcrypto as unknown as Crypto)

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY_MS = 86_400_000

/** A certificate with its private key, both PEM. */
export interface Identity {
  readonly certificatePem: string
  readonly keyPem: string
  /** SHA-256 of the certificate's DER, lower-case hex. */
  readonly sha256: string
}

/** What a certificate is to say. */
export interface IssueOptions {
  readonly name: string
  /** Whom TLS may take it for; 127.0.0.1 and localhost unless said otherwise. */
  readonly hosts?: readonly string[]
  /** Days from now until it ends; negative for one that has expired. */
  readonly days?: number
}

/** An authority of a test's own. */
export interface Authority {
  readonly certificatePem: string
  issue(options: IssueOptions): Promise<Identity>
}

/** Makes an authority that nobody else knows. */
export async function createAuthority(name = 'Test authority'): Promise<Authority> {
  const keys = await newKeys()
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: `CN=${name}`,
    ...validity(365),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  })
  return {
    certificatePem: root.toString('pem'),
    issue: async ({ name: subject, hosts = ['127.0.0.1', 'localhost'], days = 30 }) => {
      const own = await newKeys()
      const certificate = await x509.X509CertificateGenerator.create({
        serialNumber: newSerial(),
        subject: `CN=${subject}`,
        issuer: root.subject,
        ...validity(days),
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
          new x509.SubjectAlternativeNameExtension(
            hosts.map((host) => ({ type: /^[\d.]+$/.test(host) ? ('ip' as const) : ('dns' as const), value: host })),
          ),
        ],
      })
      return identity(certificate.toString('pem'), own)
    },
  }
}

async function identity(certificatePem: string, keys: CryptoKeyPair): Promise<Identity> {
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  const sha256 = createHash('sha256').update(new X509Certificate(certificatePem).raw).digest('hex')
  return { certificatePem, keyPem: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'), sha256 }
}

function newKeys(): Promise<CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as unknown as Promise<CryptoKeyPair>
}

function newSerial(): string {
  return Buffer.from(webcrypto.getRandomValues(new Uint8Array(8)))
    .toString('hex')
    .replace(/^./, '1')
}

function validity(days: number): { readonly notBefore: Date; readonly notAfter: Date } {
  const now = Date.now()
  return { notBefore: new Date(now - 60 * DAY_MS), notAfter: new Date(now + days * DAY_MS) }
}
