import type { AuditFact } from '../../domain/audit-event'
import type { AppCalls } from '../../ipc/services'
import type { ApiService } from '../compose/api-service'
import type { AppContext } from '../context'
import type { Halter } from '../halt/halt'
import { alertCalls } from './alerts'
import { apiCalls } from './api'
import { auditCalls } from './audit'
import { auditHeadCalls } from './audit-head'
import { authorityCalls } from './authority'
import { breakerCalls } from './breakers'
import { drillCalls } from './drills'
import { haltCalls } from './halt'
import { haltHistoryCalls } from './halt-history'
import { incidentCalls } from './incidents'
import { limitsCalls } from './limits'
import { maintenanceCalls } from './maintenance'
import { metricsCalls } from './metrics'
import { mpcCalls } from './mpc'
import { patternCalls } from './patterns'
import { policyCalls } from './policy'
import { readinessCalls } from './readiness'
import { secretSourceCalls } from './secret-sources'
import { settingsCalls } from './settings'
import { setupCalls } from './setup'
import { signerCalls } from './signers'
import { signerPreviewCalls } from '../views/signer-preview'
import { signerSetupCalls } from './signer-setup'
import { statusCalls } from './status'
import { sweepCalls } from './sweep'
import { watchCalls } from './watch'

/** What some calls need besides the context. */
export interface AppCallParts {
  readonly halter: Halter
  readonly api: ApiService
  /** Records a fact where a log takes it; whether one did. */
  readonly record: (fact: AuditFact) => boolean
}

/** Every call of the main window that the app answers itself, a file each domain. One that is missing does not compile. */
export function appCalls(context: AppContext, { halter, api, record }: AppCallParts): AppCalls {
  const drills = drillCalls(context, halter)
  return {
    ...statusCalls(context),
    ...setupCalls(context),
    ...settingsCalls(context),
    ...signerCalls(context),
    ...signerSetupCalls(context),
    ...mpcCalls(context),
    ...signerPreviewCalls(context),
    ...secretSourceCalls(context),
    ...haltCalls(context, halter),
    ...sweepCalls(context, halter),
    ...incidentCalls(context),
    ...drills,
    ...readinessCalls(context, drills['drills.list']),
    ...haltHistoryCalls(context),
    ...maintenanceCalls(context),
    ...watchCalls(context),
    ...breakerCalls(context),
    ...limitsCalls(context),
    ...patternCalls(context),
    ...policyCalls(context),
    ...auditCalls(context),
    ...auditHeadCalls(context),
    ...authorityCalls(context, record),
    ...alertCalls(context),
    ...metricsCalls(context),
    ...apiCalls(context, api, record),
  }
}
