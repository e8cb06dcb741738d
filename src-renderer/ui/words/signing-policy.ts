import type { Said } from './said'

/** What each rule of the signing policy says when it refuses, about what it met. */
const RULES: Readonly<Record<string, (met: string) => string>> = {
  UNREADABLE: (met) => `it cannot be read (${met})`,
  MALFORMED: (met) => `the transaction is not well formed (${met})`,
  CONTRACT_CREATION: () => 'it would make a contract',
  ACCOUNT: (met) => `${met} is not one of our own accounts`,
  CHAIN: (met) => `chain ${met} is not on its list`,
  GAS: (met) => `too much gas: ${met}`,
  FEE: (met) => `too high a fee per gas, in wei: ${met}`,
  VALUE: (met) => `too much coin, in wei: ${met}`,
  DATA_BYTES: (met) => `too much data, in bytes: ${met}`,
  CONTRACT: (met) => `contract ${met} is not on its list`,
  UNDECODABLE: (met) => `what the transaction would do cannot be read (${met})`,
  RECIPIENT: (met) => `it would pay ${met}, who is not on its list`,
  SPENDER: (met) => `it would give an allowance to ${met}, who is not on its list`,
  TOKEN: (met) => `token ${met} is not on its list`,
  ENDLESS_GRANT: (met) => `it would give ${met} an allowance without end`,
  DEADLINE: (met) => `it would give an allowance by permit for too long, in seconds since 1970: ${met}`,
  TYPED_DATA: (met) => `it signs no typed data of this kind (${met})`,
}

/** The sentence for a refusal such as `RECIPIENT: 0x…`; null for anything else. */
export function saySigningPolicy(why: string | null): Said | null {
  const [, rule = '', met = ''] = /^([A-Z_]+): (.*)$/s.exec(why ?? '') ?? []
  const say = Object.hasOwn(RULES, rule) ? RULES[rule] : undefined
  if (say === undefined) return null
  return {
    what: `Signing policy: ${say(met)}.`,
    means: 'Nothing was signed, and nothing was sent.',
    now: 'The trading policy had let it pass, so find out what made this transaction. If it should be allowed, see Settings, Policy.',
  }
}
