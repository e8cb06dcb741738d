/** The one function used of a package that brings no types. */
declare module 'sodium-native' {
  const sodium: {
    /**
     * libsodium's crypto_pwhash_scryptsalsa208sha256 on a thread of the pool: `out` receives the key. Salt 32 bytes; limits as integers below 2^32.
     * Throws where an argument is refused; rejects where there is not the memory.
     */
    crypto_pwhash_scryptsalsa208sha256_async(out: Buffer, password: Buffer, salt: Buffer, opslimit: number, memlimit: number): Promise<void>
  }
  export default sodium
}
