import './audit.css'

import { useEffect } from 'react'

import { openEntry, readAuditPage, refreshAuditStatus, reloadAudit, useAudit } from '../../stores/audit'
import { ScreenHead } from '../../ui/panel'
import { Unread } from '../../ui/unread'
import { AuditEntryPane } from './audit-entry-pane'
import { AuditFilters } from './audit-filters'
import { AuditTable } from './audit-table'
import { ChainBar } from './chain-bar'
import { ExportButton } from './export-button'
import { Vouchers } from './vouchers'

const again = (): Promise<void> => {
  reloadAudit()
  return Promise.resolve()
}

/** Everything that happened, in a chain that cannot be changed unnoticed. */
export function Audit({ selected }: { readonly selected: number | null }) {
  const problem = useAudit((state) => state.problem)
  useEffect(() => {
    void readAuditPage(0)
    void refreshAuditStatus()
  }, [])
  useEffect(() => {
    void openEntry(selected)
  }, [selected])
  return (
    <div className="hf-audit">
      <ScreenHead title="Audit">
        <ExportButton />
      </ScreenHead>
      <ChainBar />
      <Vouchers />
      <AuditFilters />
      {problem !== null && <Unread problem={problem} again={again} />}
      <div className={selected === null ? 'hf-audit__split' : 'hf-audit__split hf-audit__split--open'}>
        <AuditTable selected={selected} />
        {selected !== null && <AuditEntryPane seq={selected} />}
      </div>
    </div>
  )
}
