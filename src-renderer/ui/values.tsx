import './values.css'

import { CopyButton } from './copy-button'
import { groupDigits, withUnit, type AmountStyle } from './format/amount'
import { UNIT_SPACE } from './format/decimal'
import { shortHex } from './format/identity'
import { exactly, happened, relative } from './format/time'
import { useNow } from './use-now'

interface AmountProps extends AmountStyle {
  /** Plain decimal text, in whole units. */
  readonly value: string
  readonly unit: string
  readonly copy?: boolean
  /** What follows on the same line, before the way to copy. */
  readonly after?: React.ReactNode
}

/** An amount with its unit: grouped and rounded on the surface, exact on hover and in the clipboard. */
export function Amount({ value, unit, copy = false, after, ...style }: AmountProps) {
  return (
    <span className="hf-value hf-num" title={`${groupDigits(value)}${UNIT_SPACE}${unit}`}>
      {withUnit(value, unit, style)}
      {after}
      {copy && <CopyButton text={value} what="exact amount" />}
    </span>
  )
}

/** An address, hash or other hex text: the first and last six, whole on hover, copied whole. */
export function Hex({ value, what, whole = false }: { readonly value: string; readonly what: string; readonly whole?: boolean }) {
  return (
    <span className={whole ? 'hf-value hf-value--whole' : 'hf-value'}>
      <span className="hf-mono" title={value}>
        {whole ? value : shortHex(value)}
      </span>
      <CopyButton text={value} what={what} />
    </span>
  )
}

/** A moment: relative on the surface, exact with its zone on hover. */
export function When({ atMs }: { readonly atMs: number }) {
  return <Moment atMs={atMs} say={relative} />
}

/** When something happened, in the same way; the clock may have been wrong then, or be wrong now. */
export function Happened({ atMs }: { readonly atMs: number }) {
  return <Moment atMs={atMs} say={happened} />
}

function Moment({ atMs, say }: { readonly atMs: number; readonly say: typeof relative }) {
  const nowMs = useNow()
  return (
    <time className="hf-num" dateTime={new Date(atMs).toISOString()} title={exactly(atMs)}>
      {say(atMs, nowMs)}
    </time>
  )
}
