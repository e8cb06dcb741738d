import { trapNetwork, tryEveryDoor } from './network-trap'

// The vendor host itself, in a process that nothing can leave.
trapNetwork(process.env['TRAP_REPORT'] ?? '')
if (process.env['TRAP_TRY'] === 'yes') await tryEveryDoor()
await import('../../../src-main/signers/vendor-host/vendor-host')
