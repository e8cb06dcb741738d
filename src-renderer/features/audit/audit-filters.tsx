import { Button, Chip, Select, TextInput, type ComboboxItem, type OptionsFilter } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'

import type { AuditFilter } from '../../../src-preload/contract/audit'
import { filterAudit, NO_FILTER, useAudit } from '../../stores/audit'
import { formatAmount } from '../../ui/format/amount'
import { CATEGORY_WORDS, SEVERITY_WORDS, spellOut } from '../../ui/words/audit'

const MINUTE = 60_000
const SPANS = [
  { value: 'all', label: 'Any time', ms: null },
  { value: 'hour', label: 'Last hour', ms: 60 * MINUTE },
  { value: 'day', label: 'Last day', ms: 24 * 60 * MINUTE },
  { value: 'week', label: 'Last 7 days', ms: 7 * 24 * 60 * MINUTE },
  { value: 'month', label: 'Last 30 days', ms: 30 * 24 * 60 * MINUTE },
] as const
const TYPING_PAUSE_MS = 250

const CATEGORIES = Object.keys(CATEGORY_WORDS) as AuditFilter['categories']
const SEVERITIES = Object.keys(SEVERITY_WORDS) as AuditFilter['severities']

/** A type is found by its words and by the name that reports and exports call it. */
const byNameOrWords: OptionsFilter = ({ options, search }) => {
  const wanted = search.trim().toLowerCase()
  return (options as ComboboxItem[]).filter(({ value, label }) => `${label} ${value}`.toLowerCase().includes(wanted))
}

/** What to show: time, category, severity, type and text. */
export function AuditFilters() {
  const filter = useAudit((state) => state.filter)
  const types = useAudit((state) => state.types)
  const total = useAudit((state) => state.total)
  const unread = useAudit((state) => state.problem !== null)
  const [span, setSpan] = useState<string>('all')
  const [text, setText] = useState(filter.text ?? '')
  const search = useDebouncedCallback(
    (wanted: string) => filterAudit({ ...useAudit.getState().filter, text: wanted === '' ? null : wanted }),
    TYPING_PAUSE_MS,
  )
  const change = (part: Partial<AuditFilter>) => filterAudit({ ...filter, ...part })
  const filtered = JSON.stringify(filter) !== JSON.stringify(NO_FILTER)
  return (
    <div className="hf-filters" role="search" aria-label="Filter the audit log">
      <TextInput
        aria-label="Text"
        placeholder="Order id, actor, anything"
        leftSection={<IconSearch size={14} aria-hidden />}
        size="xs"
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          search(event.currentTarget.value.trim())
        }}
      />
      <Select
        aria-label="Time"
        size="xs"
        w={120}
        data={SPANS.map(({ value, label }) => ({ value, label }))}
        value={span}
        onChange={(value) => {
          const chosen = SPANS.find((each) => each.value === value) ?? SPANS[0]
          setSpan(chosen.value)
          change({ sinceMs: chosen.ms === null ? null : Date.now() - chosen.ms })
        }}
      />
      <Select
        aria-label="Type"
        size="xs"
        w={190}
        placeholder="Any type"
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'Any type' }}
        data={types.map((type) => ({ value: type, label: spellOut(type) }))}
        filter={byNameOrWords}
        value={filter.type}
        onChange={(type) => change({ type })}
      />
      <Chip.Group
        multiple
        value={filter.categories}
        onChange={(chosen) => change({ categories: CATEGORIES.filter((each) => chosen.includes(each)) })}
      >
        <span className="hf-filters__chips" role="group" aria-label="Category">
          {CATEGORIES.map((each) => (
            <Chip key={each} value={each} size="xs">
              {CATEGORY_WORDS[each]}
            </Chip>
          ))}
        </span>
      </Chip.Group>
      <Chip.Group
        multiple
        value={filter.severities}
        onChange={(chosen) => change({ severities: SEVERITIES.filter((each) => chosen.includes(each)) })}
      >
        <span className="hf-filters__chips" role="group" aria-label="Severity">
          {SEVERITIES.map((each) => (
            <Chip key={each} value={each} size="xs">
              {SEVERITY_WORDS[each]}
            </Chip>
          ))}
        </span>
      </Chip.Group>
      {filtered && (
        <Button
          size="compact-xs"
          variant="subtle"
          onClick={() => {
            setText('')
            setSpan('all')
            filterAudit(NO_FILTER)
          }}
        >
          Show everything
        </Button>
      )}
      <span className="hf-dim hf-num hf-filters__total" role="status">
        {total === null ? (unread ? 'not known' : 'reading…') : `${formatAmount(String(total))} shown`}
      </span>
    </div>
  )
}
