import type { CallName, EventName } from '../../src-preload/contract'
import type { Role } from '../domain/authority'

/** Who may make a call, while the app is unlocked and while it is locked, and why. */
export interface CallRule {
  readonly role: Role
  /** Also while the app is locked: what tells that all is well, and what only ever lessens risk. */
  readonly whileLocked: boolean
}

/** Halting, canceling and tightening: nobody at the machine is kept from it. */
const LESSENS_RISK: CallRule = { role: 'viewer', whileLocked: true }
/** The status strip, which says also while locked whether all is well. */
const STRIP: CallRule = { role: 'viewer', whileLocked: true }
/** Looking, and what takes nothing and risks nothing. */
const LOOK: CallRule = { role: 'viewer', whileLocked: false }
/** Asks in the main-owned window who allows it: the roles of those who answer there count, not the role of who asked. */
const ASKS: CallRule = { role: 'viewer', whileLocked: false }
/** Moves money, or makes it possible. */
const TRADE: CallRule = { role: 'trader', whileLocked: false }
/** Changes how the app works, within bounds that need no authority. */
const ADMIN: CallRule = { role: 'admin', whileLocked: false }

/** A line each call of the main window. A call that is missing here does not compile, and one that nobody has placed is refused. */
export const CALL_RULES: Readonly<Record<CallName, CallRule>> = {
  'app.status': STRIP,
  'guards.status': STRIP,
  'authority.session': STRIP, // says that it is locked
  'authority.unlock': { role: 'viewer', whileLocked: true }, // the way in, which asks in the main-owned window
  'authority.lock': LESSENS_RISK,

  'alerts.light': STRIP,

  'halt.trigger': LESSENS_RISK,
  'presence.get': STRIP, // the dead-man switch counts down also while locked
  'halt.durable': STRIP, // whether the halt is on disk
  'halt.cancelRelease': LESSENS_RISK,
  'halt.sweep': LESSENS_RISK,
  'halt.sweepReport': STRIP, // what is being done about what is out
  'order.cancel': LESSENS_RISK,
  'order.cancelAll': LESSENS_RISK,
  'trading.halt': LESSENS_RISK,
  'trading.reduce': LESSENS_RISK,
  'breaker.isolate': LESSENS_RISK,
  'signer.lock': LESSENS_RISK,
  'signer.leaveSetUp': LESSENS_RISK, // the lock screen ends a set-up too
  'order.discard': LESSENS_RISK, // a plan that is gone can never be confirmed

  'presence.here': LOOK, // a sign of whoever is here
  'watch.get': LOOK,
  'halt.history': LOOK,
  'alerts.list': LOOK,
  'alerts.settings': LOOK,
  'halt.checks': LOOK,
  'halt.chosen': LOOK,
  'incidents.list': LOOK,
  'incidents.get': LOOK,
  'incidents.export': LOOK,
  'drills.list': LOOK,
  'readiness.report': LOOK,
  'readiness.record': LOOK, // writes down what was found
  'audit.page': LOOK,
  'audit.entry': LOOK,
  'audit.types': LOOK,
  'audit.status': LOOK,
  'audit.verify': LOOK,
  'audit.cancelVerify': LOOK,
  'audit.export': LOOK,
  'audit.vouchers': LOOK,
  'breaker.day': LOOK,
  'market.accounts': LOOK,
  'market.balances': LOOK,
  'market.depth': LOOK,
  'market.instruments': LOOK,
  'market.prices': LOOK,
  'metrics.now': LOOK,
  'metrics.series': LOOK,
  'limits.status': LOOK,
  'patterns.status': LOOK,
  'order.list': LOOK,
  'order.detail': LOOK,
  'order.preview': LOOK, // nothing in it can be signed
  'order.replaceOptions': LOOK,
  'policy.get': LOOK,
  'policy.history': LOOK,
  'policy.version': LOOK,
  'policy.compare': LOOK,
  'settings.get': LOOK,
  'chain.get': LOOK,
  'chain.devnetFound': LOOK,
  'signer.list': LOOK,
  'signer.dependants': LOOK,
  'signer.check': LOOK,
  'signer.preview': LOOK,
  'secrets.sources': LOOK,
  'secrets.setSource': ASKS,
  'secrets.try': ADMIN, // what no signer names asks besides
  'signer.configure': ASKS,
  'signer.remove': ASKS,
  'signer.setTurns': ASKS,
  'signer.initialise': ASKS,
  'signer.refresh': ASKS,
  'api.get': LOOK,
  'authority.get': LOOK,

  'halt.release': ASKS,
  'halt.choose': ASKS, // a halt that does more needs nobody
  'watch.update': ASKS, // what only tightens needs nobody
  'maintenance.enter': ASKS,
  'maintenance.leave': ASKS,
  'breaker.close': ASKS,
  'breaker.tune': ASKS,
  'trading.resume': ASKS,
  'trading.rule': ASKS,
  'alerts.setSeverities': ASKS,
  'alerts.setWebhook': ASKS,
  'alerts.removeWebhook': ASKS,
  'alerts.rotateSecret': ASKS,
  'limits.change': ASKS,
  'settings.update': ASKS, // what only tightens needs nobody
  'policy.change': ASKS, // what only tightens needs nobody
  'policy.beginAnew': ASKS,
  'policy.import': LOOK, // nothing comes into force by it
  'limits.restartLoss': ASKS,
  'patterns.change': ASKS,
  'api.addClient': ASKS,
  'authority.addOperator': ASKS,
  'authority.changeOperator': ASKS,
  'authority.revokeOperator': ASKS,
  'authority.setPassword': ASKS,
  'authority.enrolSecondFactor': ASKS, // asks for the password of whom it is for
  'authority.removeSecondFactor': ASKS,
  'authority.enrolDevice': ASKS, // asks for the password of whom it is for, and for the device
  'authority.removeDevice': ASKS,
  'authority.setRules': ASKS,
  'authority.replaceRecoveryKeys': ASKS,
  'authority.changeRecoveryKey': ASKS,
  'authority.revokeRecoveryKey': ASKS,
  'authority.vouchAnew': ASKS,

  'order.prepare': TRADE,
  'order.prepareAgain': TRADE,
  'order.confirm': TRADE,
  'order.speedUp': TRADE, // a higher fee
  'order.cancelOnChain': TRADE, // costs a fee, and signs
  'signer.unlock': TRADE,
  'signer.test': TRADE,
  'audit.signHead': TRADE, // signs, and moves nothing
  'halt.explainOrder': TRADE,
  'alerts.acknowledge': TRADE, // says on record that somebody has seen it
  'alerts.setSound': TRADE,
  'alerts.test': TRADE,
  'limits.acknowledgeRepeat': TRADE,
  'patterns.acknowledge': TRADE,
  'environment.switch': TRADE,
  'drills.start': TRADE, // in paper alone
  'halt.sweepForeign': TRADE, // orders that are not ours may protect a position

  'setup.begin': ADMIN,
  'chain.connect': ADMIN, // another one than before asks besides
  'signer.create': ADMIN,
  'signer.import': ADMIN,
  'signer.storeSecret': ADMIN,
  'signer.discover': ADMIN,
  'signer.stopDiscovering': ADMIN,
  'signer.verifyAddress': ADMIN,
  'signer.add': ADMIN,
  'api.configure': ADMIN, // turning it on asks besides, and off where a client may halt by it
  'api.revokeClient': ADMIN, // of one that may halt asks besides
}

/** What the main window hears also while the app is locked: the strip, and nothing of orders, money or people. */
export const EVENTS_WHILE_LOCKED: Readonly<Record<EventName, boolean>> = {
  'app.status': true,
  'app.navigate': true, // a place, seen when it is unlocked
  'halt.changed': true,
  'drills.changed': false,
  'halt.swept': true, // what is being done about what is out
  'guards.changed': true,
  'presence.changed': true,
  'watch.changed': false,
  'authority.session': true,
  'authority.changed': false,
  'audit.status': false,
  'alerts.light': true, // numbers alone
  'alert.changed': false,
  'alerts.settings': false,
  'market.moved': false,
  'order.changed': false,
  'signer.changed': false,
  'signer.interaction': false,
  'limits.changed': false,
  'patterns.changed': false,
  'policy.changed': false,
}
