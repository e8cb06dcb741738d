/** A field of a struct in EIP-712 typed data. */
export interface TypedField {
  readonly name: string
  readonly type: string
}

/** A value of typed data as JSON carries it: amounts as decimal text, bytes as 0x hex. */
export type TypedValue = string | boolean | readonly TypedValue[] | { readonly [name: string]: TypedValue }

/** EIP-712 typed data, without `EIP712Domain` among its types. */
export interface TypedData {
  readonly domain: {
    readonly name: string
    readonly version?: string
    /** Decimal text. */
    readonly chainId?: string
    readonly verifyingContract?: string
  }
  readonly types: Readonly<Record<string, readonly TypedField[]>>
  readonly primaryType: string
  readonly message: Readonly<Record<string, TypedValue>>
}
