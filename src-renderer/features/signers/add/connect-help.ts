import type { ConfiguredKind } from '../config/forms'

const ASKED_FIRST =
  'Before it is first spoken to, a private window shows its address and asks for your approval: have a recovery key, or your own proof, at hand.'

/** What to have ready before a signer of each kind is connected. */
export const CONNECT_HELP: Readonly<Record<ConfiguredKind, readonly string[]>> = {
  ledger: [
    'Plug the Ledger in with a cable that carries data, enter its PIN, and open the Ethereum app.',
    'Close other wallets: only one program can speak to the device at a time.',
  ],
  remote: [
    'The service holds the key and signs what it is asked. Use TLS both ways, and give it rules of its own.',
    'Holdfast believes nothing of its answers: each signature is decoded and compared with what was asked.',
    ASKED_FIRST,
  ],
  mpc_2pc: [
    'You run both parties; neither ever holds the whole key. Holdfast speaks to the one that starts the signing.',
    'The key must have been made there before.',
    ASKED_FIRST,
  ],
  pkcs11: [
    'Install the vendor\u2019s library and make a secp256k1 key on the token that may not be taken out.',
    'The library runs in a process of its own, apart from everything else. Before it is first loaded, a private window shows which one it is and asks for your approval: have a recovery key, or your own proof, at hand.',
  ],
  aws_kms: [
    'Make an asymmetric key, usage SIGN_VERIFY, spec ECC_SECG_P256K1, and an access key that may do no more than read its public key and sign.',
    ASKED_FIRST,
  ],
  gcp_kms: [
    'Make a key of purpose ASYMMETRIC_SIGN, algorithm EC_SIGN_SECP256K1_SHA256, protection HSM, and a service account that may sign with it alone.',
    ASKED_FIRST,
  ],
  azure_key_vault: [
    'Make an EC-HSM key on the curve P-256K, and an application that may read it and sign, with a secret that expires.',
    ASKED_FIRST,
  ],
  env_private_key: ['Start Holdfast from a shell in which the variable is set to 0x and 64 hexadecimal digits.'],
}
