/** What a path can lead to: a number, text (an address, bytes, a string), a truth value, a list, or a struct. */
export type Datum = bigint | string | boolean | readonly Datum[] | { readonly [name: string]: Datum }

/** Where paths start: `#` is the data of the call or message, `@` the transaction around it. */
export interface Roots {
  readonly '#': Datum
  readonly '@': Datum
}

/** Follows a path of ERC-7730 such as `#.params.path.[-1]`; `[]` gives every element. Throws where it leads nowhere. */
export function follow(path: string, roots: Roots): readonly Datum[] {
  const [start, ...steps] = path.split('.')
  if (start !== '#' && start !== '@') throw new Error(`the path ${path} starts nowhere`)
  return steps.reduce<readonly Datum[]>((found, step) => found.flatMap((datum) => next(datum, step)), [roots[start]])
}

/** The one value at a path. Throws where there is none, or more than one. */
export function valueAt(path: string, roots: Roots): Datum {
  const [value, ...others] = follow(path, roots)
  if (value === undefined || others.length > 0) throw new Error(`the path ${path} does not lead to one value`)
  return value
}

function next(datum: Datum, step: string): readonly Datum[] {
  const index = /^\[(-?\d+)?\]$/.exec(step)
  if (index === null) {
    if (!isStruct(datum) || !Object.hasOwn(datum, step)) throw new Error(`there is no ${step}`)
    const member = datum[step]
    return member === undefined ? [] : [member]
  }
  if (!isList(datum)) throw new Error('it is not a list')
  if (index[1] === undefined) return datum
  const element = datum.at(Number(index[1]))
  if (element === undefined) throw new Error(`there is no element ${index[1]}`)
  return [element]
}

function isList(datum: Datum): datum is readonly Datum[] {
  return Array.isArray(datum)
}

function isStruct(datum: Datum): datum is { readonly [name: string]: Datum } {
  return typeof datum === 'object' && !Array.isArray(datum)
}
