import { shutNetwork } from '../../../src-main/signers/ledger/shut-network'
import { trapNetwork, tryEveryDoor } from './network-trap'

// The vendor host itself, in a process that nothing can leave.
// What the helper shuts itself would keep an attempt from the trap.
shutNetwork()
trapNetwork(process.env['TRAP_REPORT'] ?? '')
if (process.env['TRAP_TRY'] === 'yes') await tryEveryDoor()
await import('../../../src-main/signers/vendor-host/vendor-host')
