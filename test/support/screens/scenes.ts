import { GUARD_SCENES } from './guard-scenes'
import { HALT_SCENES } from './halt-scenes'
import { ORDER_SCENES } from './order-scenes'
import { RECORD_SCENES } from './record-scenes'
import { SECRET_PLACE_SCENES } from './secret-place-scenes'
import { SECURE_SCENES } from './secure-scenes'
import { SETTINGS_SCENES } from './settings-scenes'
import { SIGNER_SCENES } from './signer-scenes'
import { STATE_SCENES } from './state-scenes'
import { TRADE_SCENES } from './trade-scenes'
import type { Scene } from './scene'

/** Every screen in its telling states. */
export const SCENES: readonly Scene[] = [
  ...TRADE_SCENES,
  ...HALT_SCENES,
  ...ORDER_SCENES,
  ...GUARD_SCENES,
  ...SIGNER_SCENES,
  ...RECORD_SCENES,
  ...SETTINGS_SCENES,
  ...SECRET_PLACE_SCENES,
  ...SECURE_SCENES,
  ...STATE_SCENES,
]
