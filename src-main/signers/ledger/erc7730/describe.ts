import { FunctionFragment, Interface, type ParamType, type Result as AbiResult } from 'ethers/abi'
import { TypedDataEncoder } from 'ethers/hash'

import type { KnownThings, Meaning } from '../../../domain/device-preview'
import type { UnsignedTx } from '../../../domain/evm'
import type { TypedData } from '../../../domain/typed-data'
import type { Descriptor, DisplayFormat } from './descriptor'
import { writeField } from './format'
import { follow, type Datum, type Roots } from './path'
import { officialDescriptor, shippedDescriptor, type ShippedId } from './shipped'

/** Nobody nests this deep. */
const MOST_DEPTH = 3

/** What a transaction's call does, or null where no descriptor applies or not all of it can be read. Never throws. */
export function describeCall(tx: UnsignedTx, known: KnownThings): Meaning | null {
  try {
    const id = officialDescriptor(tx.chainId, tx.to) ?? known.router(tx.to) ?? (known.token(tx.to) === null ? null : 'erc20')
    return id === null ? null : readCall(id, tx, tx.data, known, 0)
  } catch {
    return null
  }
}

/** What a message of ours says, or null where it is not exactly one of them. Never throws. */
export function describeMessage(typedData: TypedData, known: KnownThings): Meaning | null {
  try {
    const descriptor = shippedDescriptor('holdfast')
    const { domain, types, primaryType, message } = typedData
    const { eip712 } = descriptor.context
    const schema = eip712?.schemas.find((one) => one.primaryType === primaryType)
    const isOurs = domain.name === eip712?.domain.name && domain.version === eip712.domain.version && Object.keys(domain).length === 2
    if (!isOurs || schema === undefined || JSON.stringify(schema.types) !== JSON.stringify(types)) return null
    // What cannot be encoded as its type says is no message of that type.
    TypedDataEncoder.from(schema.types).encode(message)
    const roots: Roots = { '#': message, '@': {} }
    const format = descriptor.display.formats[primaryType]
    return format === undefined
      ? null
      : meaning(descriptor, format, (field) => follow(field.path, roots).map((value) => ({ field, value })), roots, known)
  } catch {
    return null
  }
}

function readCall(id: ShippedId, tx: UnsignedTx, data: string, known: KnownThings, depth: number): Meaning {
  const descriptor = shippedDescriptor(id)
  const found = Object.entries(descriptor.display.formats).find(([signature]) => data.startsWith(FunctionFragment.from(signature).selector))
  if (found === undefined || depth > MOST_DEPTH) throw new Error('the function is not described')
  const [signature, format] = found
  const abi = new Interface([`function ${signature}`])
  const fragment = FunctionFragment.from(signature)
  const args = abi.decodeFunctionData(fragment, data)
  // Only the one canonical encoding means what is shown: anything behind or between is not shown, so it may not be there.
  if (abi.encodeFunctionData(fragment, args) !== data) throw new Error('it is not encoded in the canonical way')
  const roots: Roots = { '#': named(fragment.inputs, args), '@': { to: tx.to, from: tx.from, value: tx.valueWei } }
  const [only, ...others] = format.fields
  if (only?.format === 'calldata' && others.length === 0) {
    const inner = follow(only.path, roots).map((call) => readCall(id, tx, call as string, known, depth + 1))
    return several(descriptor, format, inner)
  }
  return meaning(descriptor, format, (field) => follow(field.path, roots).map((value) => ({ field, value })), roots, known)
}

function several(descriptor: Descriptor, format: DisplayFormat, inner: readonly Meaning[]): Meaning {
  const [first, ...others] = inner
  if (first === undefined) throw new Error('it holds no call')
  if (others.length === 0) return first
  return {
    intent: format.intent,
    owner: descriptor.metadata.owner,
    fields: inner.flatMap((one, index) => [{ label: `Call ${index + 1}`, value: one.intent }, ...one.fields]),
  }
}

function meaning(
  { metadata }: Descriptor,
  format: DisplayFormat,
  values: (field: DisplayFormat['fields'][number]) => readonly { field: DisplayFormat['fields'][number]; value: Datum }[],
  roots: Roots,
  known: KnownThings,
): Meaning {
  return {
    intent: format.intent,
    owner: metadata.owner,
    fields: format.fields.flatMap((one) =>
      values(one).map(({ field, value }) => ({ label: field.label, value: writeField(field, value, roots, known) })),
    ),
  }
}

/** Arguments by their names, nested tuples included. */
function named(inputs: readonly ParamType[], args: AbiResult): { readonly [name: string]: Datum } {
  return Object.fromEntries(inputs.map((input, index) => [input.name, datumOf(input, args[index] as unknown)]))
}

function datumOf(input: ParamType, value: unknown): Datum {
  if (input.baseType === 'tuple') return named(input.components ?? [], value as AbiResult)
  const { arrayChildren } = input
  if (arrayChildren !== null) return [...(value as AbiResult)].map((item) => datumOf(arrayChildren, item))
  return value as Datum
}
