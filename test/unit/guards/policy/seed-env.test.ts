import { describe, expect, it } from 'vitest'

import { importSeedEnv } from '../../../../src-main/guards/policy/seed-env'
import { ROUTER, SIGNER, STRANGER } from '../support/input'

describe('importing the documented variables', () => {
  it('reads all seven', () => {
    expect(
      importSeedEnv({
        ALLOW_SIGNER_ADDRESSES: `${SIGNER}, ${STRANGER.toLowerCase()},${SIGNER}`,
        ALLOW_SIGN_CHAIN_IDS: '1,8453,42161,10',
        ALLOW_SIGN_TO_ADDRESSES: ROUTER,
        MAX_SIGN_VALUE_WEI: '0',
        MAX_SIGN_GAS: '500000',
        MAX_SIGN_GAS_PRICE_WEI: '200000000000',
        MAX_SIGN_DATA_BYTES: '2000',
        PATH: '/bin',
      }),
    ).toEqual({
      policy: {
        signerAddresses: [SIGNER, STRANGER],
        chainIds: [1, 8453, 42161, 10],
        toAddresses: [ROUTER],
        maxValueWei: 0n,
        maxGas: 500_000n,
        maxFeePerGasWei: 200_000_000_000n,
        maxDataBytes: 2_000,
      },
      errors: [],
    })
  })

  it('imports nothing that is not set', () => {
    expect(importSeedEnv({ MAX_SIGN_GAS: undefined })).toEqual({ policy: {}, errors: [] })
  })

  it.each([
    ['ALLOW_SIGNER_ADDRESSES', '0xabc...,0xdef...'],
    ['ALLOW_SIGNER_ADDRESSES', `${SIGNER},`],
    ['ALLOW_SIGNER_ADDRESSES', `0x${'00'.repeat(20)}`],
    ['ALLOW_SIGN_TO_ADDRESSES', ROUTER.replace('E5', 'e5')],
    ['ALLOW_SIGN_TO_ADDRESSES', '*'],
    ['ALLOW_SIGN_CHAIN_IDS', '1,,2'],
    ['ALLOW_SIGN_CHAIN_IDS', '0'],
    ['ALLOW_SIGN_CHAIN_IDS', '0x1'],
    ['ALLOW_SIGN_CHAIN_IDS', '1.0'],
    ['MAX_SIGN_VALUE_WEI', '-1'],
    ['MAX_SIGN_VALUE_WEI', '1e18'],
    ['MAX_SIGN_VALUE_WEI', 'NaN'],
    ['MAX_SIGN_GAS', '0x7a120'],
    ['MAX_SIGN_GAS_PRICE_WEI', '1 gwei'],
    ['MAX_SIGN_DATA_BYTES', '2000.5'],
    ['MAX_SIGN_DATA_BYTES', '99999999999999999999'],
  ])('names %s when it is %s', (name, value) => {
    expect(importSeedEnv({ [name]: value })).toEqual({ policy: {}, errors: [{ name, why: 'UNREADABLE' }] })
  })

  it('names a variable that is set to nothing, and one that is misspelt, and reads the others', () => {
    expect(importSeedEnv({ MAX_SIGN_GAS: ' ', MAX_SIGN_GASS: '1', ALLOW_SIGN_FROM: 'x', MAX_SIGN_DATA_BYTES: '5' })).toEqual({
      policy: { maxDataBytes: 5 },
      errors: [
        { name: 'ALLOW_SIGN_FROM', why: 'UNKNOWN_NAME' },
        { name: 'MAX_SIGN_GAS', why: 'EMPTY' },
        { name: 'MAX_SIGN_GASS', why: 'UNKNOWN_NAME' },
      ],
    })
  })
})
