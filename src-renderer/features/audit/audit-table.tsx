import { useVirtualizer } from '@tanstack/react-virtual'
import { IconFileCertificate } from '@tabler/icons-react'
import { useEffect, useRef, type KeyboardEvent } from 'react'

import type { AuditRow } from '../../../src-preload/contract/audit'
import { AUDIT_PAGE, readAuditPage, useAudit } from '../../stores/audit'
import { go } from '../../stores/navigation'
import { Empty } from '../../ui/empty'
import { dayAndTime, exactly, zone } from '../../ui/format/time'
import { Tag, type TagTone } from '../../ui/tag'
import { CATEGORY_WORDS, SEVERITY_WORDS, spellOut } from '../../ui/words/audit'

const ROW_PX = 30
const HEAD_PX = 30
const TONES: Readonly<Record<AuditRow['severity'], TagTone>> = {
  info: 'ended',
  low: 'ended',
  medium: 'attention',
  high: 'bad',
  critical: 'bad',
}

/** As many rows as there are, of which only those in view exist; pages are read as they come into view. */
export function AuditTable({ selected }: { readonly selected: number | null }) {
  const total = useAudit((state) => state.total)
  const pages = useAudit((state) => state.pages)
  const scroller = useRef<HTMLDivElement>(null)
  // The library's handle is not made for the compiler; this component is small and may render as it likes.
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({
    count: total ?? 12,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
    // The head stays in view above the rows.
    scrollMargin: HEAD_PX,
    scrollPaddingStart: HEAD_PX,
  })
  const items = virtual.getVirtualItems()
  const [firstPage, lastPage] = [pageOf(items[0]?.index ?? 0), pageOf(items.at(-1)?.index ?? 0)]
  useEffect(() => {
    for (let page = firstPage; page <= lastPage; page++) void readAuditPage(page)
  }, [firstPage, lastPage, pages])

  const rowAt = (index: number): AuditRow | null => pages.get(pageOf(index))?.[index % AUDIT_PAGE] ?? null
  const chosen = findSelected(pages, selected)
  const open = (index: number) => {
    const row = rowAt(index)
    if (row === null) return
    go('audit', String(row.seq))
    virtual.scrollToIndex(index)
  }
  const keys = (event: KeyboardEvent) => {
    const last = (total ?? 0) - 1
    const step = stepOf(event.key, scroller.current?.clientHeight ?? ROW_PX)
    if (step === null || last < 0) return
    event.preventDefault()
    const to = step === 'first' ? 0 : step === 'last' ? last : Math.min(last, Math.max(0, (chosen ?? -1) + step))
    if (rowAt(to) === null) virtual.scrollToIndex(to)
    else open(to)
  }

  if (total === 0)
    return (
      <Empty icon={<IconFileCertificate size={32} />} title="No entry matches">
        Show everything, or loosen the filter. Every order, signature, halt and refusal is recorded here.
      </Empty>
    )
  return (
    <div
      className="hf-rows"
      ref={scroller}
      role="grid"
      aria-label="Audit entries"
      aria-rowcount={total ?? -1}
      tabIndex={0}
      onKeyDown={keys}
    >
      <div className="hf-rows__head" role="row">
        {['No.', `Time, ${zone(Date.now())}`, 'Severity', 'Category', 'Type', 'Actor', 'Subject'].map((name) => (
          <span key={name} role="columnheader">
            {name}
          </span>
        ))}
      </div>
      <div className="hf-rows__all" role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {items.map(({ index, start }) => (
          <Row key={index} index={index} top={start - HEAD_PX} row={rowAt(index)} selected={index === chosen} onOpen={open} />
        ))}
      </div>
    </div>
  )
}

const pageOf = (index: number): number => Math.floor(index / AUDIT_PAGE)

function findSelected(pages: ReadonlyMap<number, readonly AuditRow[]>, seq: number | null): number | null {
  if (seq === null) return null
  for (const [page, rows] of pages) {
    const at = rows.findIndex((row) => row.seq === seq)
    if (at >= 0) return page * AUDIT_PAGE + at
  }
  return null
}

/** How far a key moves, in rows. */
function stepOf(key: string, heightPx: number): number | 'first' | 'last' | null {
  const page = Math.max(1, Math.floor(heightPx / ROW_PX) - 1)
  switch (key) {
    case 'ArrowDown':
      return 1
    case 'ArrowUp':
      return -1
    case 'PageDown':
      return page
    case 'PageUp':
      return -page
    case 'Home':
      return 'first'
    case 'End':
      return 'last'
    default:
      return null
  }
}

interface RowProps {
  readonly index: number
  readonly top: number
  /** Null while its page is read. */
  readonly row: AuditRow | null
  readonly selected: boolean
  readonly onOpen: (index: number) => void
}

function Row({ index, top, row, selected, onOpen }: RowProps) {
  const place = { transform: `translateY(${top}px)` }
  if (row === null)
    return (
      <div className="hf-rows__row hf-rows__row--awaited" role="row" aria-rowindex={index + 1} aria-busy style={place}>
        <span role="gridcell">…</span>
      </div>
    )
  return (
    <div
      className={selected ? 'hf-rows__row hf-rows__row--selected' : 'hf-rows__row'}
      role="row"
      aria-rowindex={index + 1}
      aria-selected={selected}
      style={place}
      onClick={() => onOpen(index)}
    >
      <span role="gridcell" className="hf-num hf-dim">
        {row.seq}
      </span>
      <span role="gridcell" className="hf-num" title={exactly(row.atMs)}>
        {dayAndTime(row.atMs)}
      </span>
      <span role="gridcell">
        <Tag tone={TONES[row.severity]}>{SEVERITY_WORDS[row.severity]}</Tag>
      </span>
      <span role="gridcell">{CATEGORY_WORDS[row.category]}</span>
      <span role="gridcell" title={row.type}>
        {spellOut(row.type)}
      </span>
      <span role="gridcell">{row.actor}</span>
      <span role="gridcell" className="hf-mono" title={row.subject ?? ''}>
        {row.subject ?? ''}
      </span>
    </div>
  )
}
