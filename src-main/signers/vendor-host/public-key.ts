import { computeAddress } from 'ethers/transaction'

import { VendorFailure } from './vendor'

/** SubjectPublicKeyInfo of an uncompressed secp256k1 point up to the point itself (RFC 5480; SEC 2 for the curve's name). The runtime's own TLS library knows no such curve. */
const SPKI_HEAD = Buffer.from('3056301006072a8648ce3d020106052b8104000a034200', 'hex')
const POINT_BYTES = 65

/** The address of a DER public key. Throws unless it is a secp256k1 key in the one usual form. */
export function addressOfSpki(der: Uint8Array): string {
  const bytes = Buffer.from(der)
  if (bytes.length !== SPKI_HEAD.length + POINT_BYTES || !bytes.subarray(0, SPKI_HEAD.length).equals(SPKI_HEAD)) {
    throw new VendorFailure('NOT_SUPPORTED', 'not a secp256k1 public key')
  }
  return addressOfPoint(bytes.subarray(SPKI_HEAD.length))
}

/** The address of an uncompressed point, 65 bytes. Throws when it is none, or not on the curve. */
export function addressOfPoint(point: Uint8Array): string {
  if (point.length !== POINT_BYTES || point[0] !== 0x04) throw new VendorFailure('NOT_SUPPORTED', 'not an uncompressed secp256k1 point')
  try {
    return computeAddress(`0x${Buffer.from(point).toString('hex')}`)
  } catch {
    throw new VendorFailure('BAD_ANSWER', 'a public key that is not on the curve')
  }
}

/** The address of a PEM public key. */
export function addressOfPem(pem: string): string {
  const body = /^-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/.exec(pem)?.[1]
  if (body === undefined) throw new VendorFailure('BAD_ANSWER', 'not a PEM public key')
  return addressOfSpki(Buffer.from(body, 'base64'))
}
