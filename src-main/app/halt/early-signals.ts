import { installHaltSignals } from '../../engine/halt/signals'

/** Installed when this module is loaded, which the entry does before any other. */
export const haltSignals = installHaltSignals()
