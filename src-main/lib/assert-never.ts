/** Makes a switch over a closed union exhaustive: a new member is a type error here, and a value that slipped past the types throws. */
export function assertNever(value: never, what = 'value'): never {
  throw new Error(`unexpected ${what}: ${String(value)}`)
}
