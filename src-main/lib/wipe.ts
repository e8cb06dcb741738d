/** Overwrites all bytes that a value holds, however deep; what is no byte array is left as it is. */
export function wipeSecrets(value: unknown): void {
  if (value instanceof Uint8Array) value.fill(0)
  else if (typeof value === 'object' && value !== null) Object.values(value).forEach(wipeSecrets)
}
