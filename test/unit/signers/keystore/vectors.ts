/**
 * The two test vectors of the Web3 Secret Storage definition (ethereum.org), and files as common tools write them.
 * `KEY_HEX` is theirs, published for testing.
 */
export const VECTOR_PASSWORD = 'testpassword'
export const VECTOR_KEY_HEX = '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d'
export const VECTOR_ADDRESS = '0x008AeEda4D805471dF9b2A5B0f38A0C3bCBA786b'

export const PBKDF2_VECTOR = {
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '6087dab2f9fdbbfaddc31a909735c1e6' },
    ciphertext: '5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46',
    kdf: 'pbkdf2',
    kdfparams: {
      c: 262144,
      dklen: 32,
      prf: 'hmac-sha256',
      salt: 'ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd',
    },
    mac: '517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2',
  },
  id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
  version: 3,
} as const

/** n = 2^18 with r = 1 breaks RFC 7914 (n < 2^(16r)), so native libraries refuse it; it is official all the same. */
export const SCRYPT_VECTOR = {
  crypto: {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: '83dbcc02d8ccb40e466191a123791e0e' },
    ciphertext: 'd172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c',
    kdf: 'scrypt',
    kdfparams: {
      dklen: 32,
      n: 262144,
      p: 8,
      r: 1,
      salt: 'ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19',
    },
    mac: '2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097',
  },
  id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
  version: 3,
} as const

/** As geth writes them (its published test account `f466859e…`, password `foobar`): p beyond 1, and an n that is none of ours. */
export const GETH_FILE = {
  address: 'f466859ead1932d743d622cb74fc058882e8648a',
  crypto: {
    cipher: 'aes-128-ctr',
    ciphertext: 'cb664472deacb41a2e995fa7f96fe29ce744471deb8d146a0e43c7898c9ddd4d',
    cipherparams: { iv: 'dfd9ee70812add5f4b8f89d0811c9158' },
    kdf: 'scrypt',
    kdfparams: { dklen: 32, n: 8, p: 16, r: 8, salt: '0d6769bf016d45c479213990d6a08d938469c4adad8a02ce507b4a4e7b7739f1' },
    mac: 'bac9af994b15a45dd39669fc66f9aa8a3b9dd8c22cb16e4d8d7ea089d0f1a1a9',
  },
  id: '472e8b3d-afb6-45b5-8111-72c89895099a',
  version: 3,
} as const

/** In the form that MetaMask takes and web wallets wrote (its published test file, password `password1`, and the key that comes of it): `Crypto` with a capital. */
export const METAMASK_FILE = {
  version: 3,
  id: 'dbb54385-0a99-437f-83c0-647de9f244c3',
  address: 'a7f92ce3fba24196cf6f4bd2e1eb3db282ba998c',
  Crypto: {
    ciphertext: 'bde13d9ade5c82df80281ca363320ce254a8a3a06535bbf6ffdeaf0726b1312c',
    cipherparams: { iv: 'fbf93718a57f26051b292f072f2e5b41' },
    cipher: 'aes-128-ctr',
    kdf: 'scrypt',
    kdfparams: { dklen: 32, salt: '7ffe00488319dec48e4c49a120ca49c6afbde9272854c64d9541c83fc6acdffe', n: 8192, r: 8, p: 1 },
    mac: '2adfd9c4bc1cdac4c85bddfb31d9e21a684e0e050247a70c5698facf6b7d4681',
  },
} as const
export const METAMASK_KEY_HEX = '5733876abe94146069ce8bcbabbde2677f2e35fa33e875e92041ed2ac87e5bc7'
