import { getAddress } from 'ethers/address'
import { TypedDataEncoder } from 'ethers/hash'
import { formatEther } from 'ethers/utils'

import type { DevicePreview, DeviceScreen, KnownThings } from '../../domain/device-preview'
import type { UnsignedTx } from '../../domain/evm'
import type { TypedData, TypedField, TypedValue } from '../../domain/typed-data'
import { transactionOf } from '../unsigned-transaction'
import { withDomainType } from './eip712-domain'
import { describeCall, describeMessage } from './erc7730/describe'
import { networkOnDevice } from './networks'
import type { ScreenKind } from './screens'

const BLIND: DeviceScreen = { title: 'Blind signing ahead', value: '' }
/** The app's line buffer, less its last zero. */
const MOST_CHARS = 99

/** What a Ledger will show for a transaction, or for typed data, and what it means. Pure. Throws on typed data that does not fit its own types. */
export function deviceScreens(asked: UnsignedTx | TypedData, known: KnownThings, kind: ScreenKind = 'touch'): DevicePreview {
  return 'primaryType' in asked ? ofTypedData(asked, known, kind) : ofTransaction(asked, known, kind)
}

/** As the Ethereum app shows what it was told nothing about (LedgerHQ/app-ethereum, ui_approve_tx.c): nothing is asked of the maker's servers. */
function ofTransaction(tx: UnsignedTx, known: KnownThings, kind: ScreenKind): DevicePreview {
  const { name, coin } = networkOnDevice(tx.chainId)
  const blind = tx.data !== '0x'
  const wide = kind === 'touch'
  const screens: readonly (DeviceScreen | null)[] = [
    blind ? BLIND : null,
    { title: 'Review transaction', value: '' },
    { title: 'From', value: getAddress(tx.from) },
    blind && tx.valueWei === 0n ? null : { title: 'Amount', value: `${ether(tx.valueWei)} ${coin}` },
    { title: 'To', value: getAddress(tx.to) },
    { title: 'Max fees', value: `${ether(tx.gasLimit * tx.maxFeePerGasWei)} ${coin}` },
    tx.chainId === 1 ? null : { title: 'Network', value: name },
    blind ? { title: wide ? 'Transaction hash' : 'Tx hash', value: transactionOf(tx).unsignedHash } : null,
    { title: wide ? 'Sign transaction?' : 'Sign transaction', value: '' },
  ]
  return { blind, screens: screens.filter((screen) => screen !== null), meaning: blind ? describeCall(tx, known) : null }
}

/** Typed data without the maker's filters: every field as it is on a large screen, the domain and a hash on a small one (ui_logic.c). */
function ofTypedData(asked: TypedData, known: KnownThings, kind: ScreenKind): DevicePreview {
  const { domain, types, primaryType, message } = withDomainType(asked)
  const wide = kind === 'touch'
  const domainPages = structPages('EIP712Domain', { ...domain }, types)
  const messagePages = structPages(primaryType, message, types)
  const { EIP712Domain: _, ...own } = types
  const screens = [
    BLIND,
    { title: 'Review typed message', value: '' },
    ...(wide ? domainPages : domainPages.slice(1)),
    ...(wide ? messagePages : [{ title: 'Message hash', value: TypedDataEncoder.hashStruct(primaryType, own, message) }]),
    { title: wide ? 'Sign typed message?' : 'Sign message', value: '' },
  ]
  return { blind: true, screens, meaning: describeMessage(asked, known) }
}

type Types = Readonly<Record<string, readonly TypedField[]>>

function structPages(struct: string, value: Readonly<Record<string, unknown>>, types: Types): readonly DeviceScreen[] {
  const pages = (types[struct] ?? []).flatMap(({ name, type }) => fieldPages(name, type, value[name] as TypedValue, types))
  return [{ title: 'Review struct', value: struct }, ...pages]
}

function fieldPages(name: string, type: string, value: TypedValue, types: Types): readonly DeviceScreen[] {
  const list = /^(.*)\[\d*\]$/.exec(type)
  if (list !== null) return (value as readonly TypedValue[]).flatMap((item) => fieldPages(name, list[1] ?? '', item, types))
  if (Object.hasOwn(types, type)) return structPages(type, value as Record<string, TypedValue>, types)
  return [{ title: name, value: written(type, value) }]
}

function written(type: string, value: TypedValue): string {
  // A domain's chain is a number by now.
  const text = `${value as string | number | boolean}`
  if (type === 'address') return getAddress(text)
  if (type === 'string') return text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS - 3)}...` : text
  if (type.startsWith('bytes')) {
    const room = 2 * Math.floor((MOST_CHARS - 2) / 2)
    return text.length - 2 > room ? `${text.slice(0, MOST_CHARS - 3).toLowerCase()}...` : text.toLowerCase()
  }
  return text
}

function ether(wei: bigint): string {
  return formatEther(wei).replace(/\.0$/, '')
}
