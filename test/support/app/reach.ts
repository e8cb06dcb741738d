/** Somewhere in an object graph that something was found, as a path of member names. */
export interface Reached {
  readonly path: string
  readonly what: 'signer' | 'placing side' | 'way to a signer' | 'way to a placing side'
}

/**
 * Walks everything that can be reached from an object by its members, whatever the types call private: own members, accessors, members of maps and
 * sets, and what prototypes hold. What only a function's closure or a `#private` member holds cannot be reached, and is not.
 */
export function reach(root: unknown, name = 'root'): readonly Reached[] {
  const found: Reached[] = []
  const seen = new Set<object>()
  const waiting: { readonly value: unknown; readonly path: string }[] = [{ value: root, path: name }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path } = next
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue
    seen.add(value)
    const what = kindOf(value, path)
    if (what !== null) found.push({ path, what })
    if (ArrayBuffer.isView(value)) continue
    if (value instanceof Map)
      for (const [key, member] of value)
        waiting.push({ value: key, path: `${path}.key` }, { value: member, path: `${path}.get(${String(key)})` })
    if (value instanceof Set) for (const member of value) waiting.push({ value: member, path: `${path}.member` })
    for (const [member, held] of membersOf(value)) waiting.push({ value: held, path: `${path}.${member}` })
  }
  return found
}

function kindOf(value: object, path: string): Reached['what'] | null {
  const { signTransaction, place, cancel } = value as Partial<Record<'signTransaction' | 'place' | 'cancel', unknown>>
  if (typeof signTransaction === 'function') return 'signer'
  if (typeof place === 'function' && typeof cancel === 'function') return 'placing side'
  if (typeof value !== 'function') return null
  const member = path.slice(path.lastIndexOf('.') + 1)
  return /signerOf$/i.test(member) ? 'way to a signer' : /placerOf$/i.test(member) ? 'way to a placing side' : null
}

/** Members of an object and of its prototypes; accessors are asked, and may throw. */
function membersOf(value: object): readonly (readonly [string, unknown])[] {
  const members: [string, unknown][] = []
  for (
    let holder: object | null = value;
    holder !== null && !BUILT_IN.has(holder);
    holder = Object.getPrototypeOf(holder) as object | null
  ) {
    for (const key of Reflect.ownKeys(holder)) {
      if (key === 'constructor' || key === '__proto__') continue
      try {
        members.push([String(key), (value as Record<PropertyKey, unknown>)[key]])
      } catch {
        // An accessor that refuses gives nothing away.
      }
    }
  }
  return members
}

const BUILT_IN: ReadonlySet<object> = new Set([
  Object.prototype,
  Function.prototype,
  Array.prototype,
  Map.prototype,
  Set.prototype,
  Promise.prototype,
  Date.prototype,
])
