/**
 * What each fault at each stage of an order's way comes to, on the paper exchange and on a chain. `meanwhile` is what stands while the fault lasts, `in the end`
 * where the order stands when it is over and time has passed; `the venue` is what the venue itself did, whatever anybody recorded of it; `breakers fed` are the
 * failures that the engine counted (a chain's calls are counted by its transport); `on record` are entries of the audit log that tell of the fault.
 */
export const FAULT_TABLE = `
  fault                     | meanwhile                     | in the end | the venue | breakers fed          | next order   | on record
paper, prepare
  time-out                  | refused TIMEOUT_ERROR         | -          | nothing   | network 1, slippage 1 | possible     | PlanNotPrepared
  connection reset          | refused NETWORK_ERROR         | -          | nothing   | network 1, slippage 1 | possible     | PlanNotPrepared
  rate limited              | refused RATE_LIMITED          | -          | nothing   | network 1, slippage 1 | possible     | PlanNotPrepared
  garbage answer            | refused BAD_ANSWER            | -          | nothing   | slippage 1            | possible     | PlanNotPrepared
  rejected                  | refused INSUFFICIENT_FUNDS    | -          | nothing   | -                     | possible     | PlanNotPrepared
  late answer               | prepared                      | filled     | traded    | -                     | possible     | -
  disk full                 | refused AUDIT_UNAVAILABLE     | -          | nothing   | system 1              | possible     | -
  halt                      | refused KILL_SWITCH_TRIGGERED | -          | nothing   | -                     | possible     | OrderDenied
paper, judge
  garbage answer            | refused GUARD_FAILED          | denied     | nothing   | system 1              | possible     | OrderDenied
  late answer               | refused PLAN_EXPIRED          | -          | nothing   | -                     | possible     | -
  duplicate delivery        | refused PLAN_ALREADY_USED     | filled     | traded    | -                     | possible     | -
  disk full                 | refused JOURNAL_UNAVAILABLE   | -          | nothing   | system 1              | possible     | -
  halt                      | refused KILL_SWITCH_TRIGGERED | denied     | nothing   | -                     | possible     | OrderDenied
paper, last look
  garbage answer            | denied                        | denied     | nothing   | -                     | possible     | OrderWithheld
  halt                      | denied                        | denied     | nothing   | -                     | possible     | OrderWithheld
paper, place
  time-out                  | unknown                       | failed     | nothing   | trade 1, network 1    | possible     | OrderOutcomeUnknown, OrderReconciled
  connection reset          | unknown                       | failed     | nothing   | trade 1, network 2    | BREAKER_OPEN | OrderOutcomeUnknown, OrderReconciled
  rate limited              | submitting                    | filled     | traded    | -                     | possible     | OrderRetrying
  garbage answer            | filled                        | filled     | traded    | network 1             | possible     | -
  rejected                  | rejected                      | rejected   | nothing   | trade 1               | possible     | OrderRejected
  answer lost after the act | filled                        | filled     | traded    | network 1             | possible     | -
  late answer               | filled                        | filled     | traded    | -                     | possible     | -
  duplicate delivery        | filled                        | filled     | traded    | -                     | possible     | -
  disk full                 | submitting                    | filled     | traded    | network 1, system 1   | possible     | -
  halt                      | filled                        | filled     | traded    | -                     | possible     | -
paper, follow
  connection reset          | working                       | filled     | traded    | -                     | possible     | -
  garbage answer            | filled                        | filled     | traded    | -                     | possible     | OrderOutcomeUnknown, OrderReconciled
  answer lost after the act | working                       | filled     | traded    | -                     | possible     | OrderOutcomeUnknown, OrderReconciled
  late answer               | working                       | filled     | traded    | -                     | possible     | -
  duplicate delivery        | filled                        | filled     | traded    | -                     | possible     | -
  disk full                 | working                       | filled     | traded    | -                     | possible     | -
  halt                      | filled                        | filled     | traded    | -                     | possible     | -
paper, cancel
  time-out                  | unknown, working              | canceled   | took it   | network 1             | possible     | OrderCancelRequested
  connection reset          | unknown, working              | canceled   | took it   | network 1             | possible     | OrderCancelRequested
  rate limited              | rejected, working             | canceled   | took it   | -                     | possible     | OrderCancelRequested
  garbage answer            | unknown, canceled             | canceled   | took it   | network 1             | possible     | OrderCancelRequested
  rejected                  | rejected, working             | canceled   | took it   | -                     | possible     | OrderCancelRequested
  answer lost after the act | unknown, canceled             | canceled   | took it   | network 1             | possible     | OrderCancelRequested
  late answer               | canceled, canceled            | canceled   | took it   | -                     | possible     | OrderCancelRequested
  duplicate delivery        | not-open, canceled            | canceled   | took it   | -                     | possible     | OrderCancelRequested
  disk full                 | unknown, working              | canceled   | took it   | network 1             | possible     | OrderCancelRequested
  halt                      | canceled, canceled            | canceled   | took it   | -                     | possible     | OrderCancelRequested
paper, settle
  time-out                  | unknown                       | filled     | traded    | network 6             | BREAKER_OPEN | OrderOutcomeUnknown, OrderReconciled
  connection reset          | unknown                       | filled     | traded    | network 6             | BREAKER_OPEN | OrderOutcomeUnknown, OrderReconciled
  rate limited              | unknown                       | filled     | traded    | network 6             | BREAKER_OPEN | OrderOutcomeUnknown, OrderReconciled
  garbage answer            | unknown                       | filled     | traded    | network 1             | possible     | OrderOutcomeUnknown, OrderReconciled
  rejected                  | rejected                      | rejected   | nothing   | trade 1, network 1    | possible     | OrderOutcomeUnknown, OrderReconciled
  late answer               | unknown                       | filled     | traded    | network 1             | possible     | OrderOutcomeUnknown, OrderReconciled
  disk full                 | unknown                       | filled     | traded    | network 1             | possible     | OrderOutcomeUnknown, OrderReconciled
  halt                      | filled                        | filled     | traded    | network 1             | possible     | OrderOutcomeUnknown, OrderReconciled
dex, prepare
  time-out                  | refused TIMEOUT_ERROR         | -          | nothing   | slippage 1            | possible     | PlanNotPrepared
  connection reset          | refused NETWORK_ERROR         | -          | nothing   | slippage 1            | possible     | PlanNotPrepared
  rate limited              | refused RATE_LIMITED          | -          | nothing   | slippage 1            | possible     | PlanNotPrepared
  garbage answer            | refused BAD_ANSWER            | -          | nothing   | slippage 1            | possible     | PlanNotPrepared
  rejected                  | refused INSUFFICIENT_FUNDS    | -          | nothing   | -                     | possible     | PlanNotPrepared
  late answer               | prepared                      | filled     | traded    | -                     | possible     | -
  disk full                 | refused AUDIT_UNAVAILABLE     | -          | nothing   | system 1              | possible     | -
  halt                      | refused KILL_SWITCH_TRIGGERED | -          | nothing   | -                     | possible     | OrderDenied
dex, judge
  garbage answer            | refused GUARD_FAILED          | denied     | nothing   | system 1              | possible     | OrderDenied
  late answer               | refused PLAN_EXPIRED          | -          | nothing   | -                     | possible     | -
  duplicate delivery        | refused PLAN_ALREADY_USED     | filled     | traded    | -                     | possible     | -
  disk full                 | refused JOURNAL_UNAVAILABLE   | -          | nothing   | system 1              | possible     | -
  halt                      | refused KILL_SWITCH_TRIGGERED | denied     | nothing   | -                     | possible     | OrderDenied
dex, sign
  time-out                  | denied                        | denied     | nothing   | signer 1              | possible     | SigningFailed, OrderDenied
  connection reset          | denied                        | denied     | nothing   | signer 1              | possible     | SigningFailed, OrderDenied
  rate limited              | denied                        | denied     | nothing   | signer 1              | possible     | SigningFailed, OrderDenied
  garbage answer            | denied                        | denied     | nothing   | signer 1              | possible     | SignatureMismatch, OrderDenied
  rejected                  | denied                        | denied     | nothing   | -                     | possible     | SigningFailed, OrderDenied
  answer lost after the act | denied                        | denied     | nothing   | signer 1              | possible     | SigningFailed, OrderDenied
  late answer               | denied                        | denied     | nothing   | signer 1              | possible     | SigningFailed, OrderDenied
  disk full                 | signing                       | failed     | nothing   | system 1              | possible     | OrderFailed
  halt                      | denied                        | denied     | nothing   | -                     | possible     | OrderWithheld
dex, last look
  garbage answer            | denied                        | denied     | nothing   | -                     | possible     | OrderWithheld
  halt                      | denied                        | denied     | nothing   | -                     | possible     | OrderWithheld
dex, allowance
  time-out                  | approved, sending             | filled     | traded    | -                     | possible     | OrderRetrying
  connection reset          | failed, sending               | failed     | nothing   | trade 1               | possible     | AllowanceOutcomeUnknown, OrderFailed
  rate limited              | approved, sending             | filled     | traded    | -                     | possible     | OrderRetrying
  garbage answer            | failed, sending               | failed     | nothing   | trade 1               | possible     | AllowanceOutcomeUnknown, OrderFailed
  rejected                  | failed, refused               | failed     | nothing   | trade 1               | possible     | OrderFailed
  answer lost after the act | failed, sending               | failed     | nothing   | trade 1               | possible     | AllowanceOutcomeUnknown, OrderFailed
  late answer               | approved, sending             | filled     | traded    | -                     | possible     | AllowanceSubmitted
  duplicate delivery        | approved, sent                | filled     | traded    | -                     | possible     | AllowanceSubmitted
  disk full                 | approved, sending             | failed     | nothing   | system 1              | possible     | AllowanceOutcomeUnknown, OrderFailed
  halt                      | approved, sent                | filled     | traded    | -                     | possible     | AllowanceSubmitted
dex, place
  time-out                  | submitting                    | filled     | traded    | -                     | possible     | OrderRetrying
  connection reset          | unknown                       | unknown    | nothing   | -                     | possible     | OrderOutcomeUnknown
  rate limited              | submitting                    | filled     | traded    | -                     | possible     | OrderRetrying
  garbage answer            | submitted                     | filled     | traded    | -                     | possible     | OrderOutcomeUnknown, OrderReconciled
  rejected                  | rejected                      | rejected   | nothing   | trade 1               | possible     | OrderRejected
  answer lost after the act | submitted                     | filled     | traded    | -                     | possible     | OrderOutcomeUnknown, OrderReconciled
  late answer               | submitting                    | filled     | traded    | -                     | possible     | -
  duplicate delivery        | submitted                     | filled     | traded    | -                     | possible     | -
  disk full                 | submitting                    | filled     | traded    | system 1              | possible     | OrderOutcomeUnknown, OrderReconciled
  halt                      | submitted                     | filled     | traded    | -                     | possible     | -
dex, behind
  time-out                  | submitting, refused EARLIER_ORDER_LEAVING | filled     | traded    | -                     | possible     | OrderRetrying
  connection reset          | unknown, submitted            | submitted  | took it   | -                     | possible     | OrderOutcomeUnknown
  rate limited              | submitting, refused EARLIER_ORDER_LEAVING | filled     | traded    | -                     | possible     | OrderRetrying
  garbage answer            | submitted, submitted          | filled     | traded    | -                     | possible     | -
  rejected                  | rejected, submitted           | filled     | traded    | trade 1               | possible     | OrderRejected
  answer lost after the act | submitted, submitted          | filled     | traded    | -                     | possible     | -
  late answer               | submitting, refused EARLIER_ORDER_LEAVING | filled     | traded    | -                     | possible     | -
dex, follow
  time-out                  | submitted                     | filled     | traded    | -                     | possible     | -
  connection reset          | submitted                     | filled     | traded    | -                     | possible     | -
  rate limited              | submitted                     | filled     | traded    | -                     | possible     | -
  garbage answer            | submitted                     | filled     | traded    | -                     | possible     | -
  rejected                  | failed                        | failed     | took it   | trade 1               | possible     | OrderFailed
  late answer               | submitted                     | filled     | traded    | -                     | possible     | -
  disk full                 | submitted                     | filled     | traded    | system 21             | BREAKER_OPEN | -
  halt                      | filled                        | filled     | traded    | -                     | possible     | -
dex, cancel
  time-out                  | failed, submitted             | canceled   | took it   | -                     | possible     | OrderReplacementFailed, OrderReplaced
  connection reset          | unknown, submitted            | filled     | traded    | -                     | possible     | OrderReplacementUnknown
  rate limited              | failed, submitted             | canceled   | took it   | -                     | possible     | OrderReplacementFailed, OrderReplaced
  garbage answer            | unknown, submitted            | canceled   | took it   | -                     | possible     | OrderReplacementUnknown
  rejected                  | failed, submitted             | canceled   | took it   | -                     | possible     | OrderReplacementFailed, OrderReplaced
  answer lost after the act | unknown, submitted            | canceled   | took it   | -                     | possible     | OrderReplacementUnknown
  late answer               | sent, submitted               | canceled   | took it   | -                     | possible     | OrderReplaced
  duplicate delivery        | sent, submitted               | canceled   | took it   | -                     | possible     | OrderReplaced
  disk full                 | failed, submitted             | canceled   | took it   | -                     | possible     | OrderReplaced
  halt                      | sent, submitted               | canceled   | took it   | -                     | possible     | OrderReplaced
dex, settle
  time-out                  | confirming                    | filled     | traded    | -                     | possible     | -
  connection reset          | confirming                    | filled     | traded    | -                     | possible     | -
  rate limited              | confirming                    | filled     | traded    | -                     | possible     | -
  garbage answer            | filled                        | filled     | traded    | confirmation 1        | possible     | -
  late answer               | filled                        | filled     | traded    | -                     | possible     | -
  disk full                 | confirming                    | filled     | traded    | system 1              | possible     | -
  halt                      | filled                        | filled     | traded    | -                     | possible     | -
`

/** Combinations that cannot be, and why. `*` stands for both venues, or for all faults that have no row above. */
export const IMPOSSIBLE: readonly (readonly [venue: string, stage: string, faults: readonly string[], why: string])[] = [
  ['paper', 'sign', ['*'], 'nothing is signed for an order at the paper exchange'],
  ['*', 'prepare', ['answer lost after the act'], 'asking for a price does nothing that could be lost: no answer is a time-out'],
  ['*', 'prepare', ['duplicate delivery'], 'an answer goes to the one question that was asked'],
  [
    '*',
    'judge',
    ['time-out', 'connection reset', 'rate limited', 'rejected', 'answer lost after the act'],
    'guards are synchronous and judge what is in memory: they ask nobody',
  ],
  ['dex', 'sign', ['duplicate delivery'], 'an answer goes to the one question that was asked; the same bytes twice are one transaction'],
  [
    '*',
    'last look',
    ['time-out', 'connection reset', 'rate limited', 'rejected', 'answer lost after the act', 'late answer', 'duplicate delivery'],
    'the look is synchronous, in the turn in which the bytes leave, and asks nobody',
  ],
  ['paper', 'allowance', ['*'], 'an exchange needs no allowance'],
  ['*', 'last look', ['disk full'], 'the look reads and writes nothing; a halt needs no room either'],
  ['paper', 'behind', ['*'], 'orders at an exchange have no turn to wait for'],
  ['dex', 'behind', ['duplicate delivery'], 'the same bytes twice are one transaction'],
  ['dex', 'behind', ['disk full', 'halt'], 'neither tells one order of an account from another: the second is refused like the first'],
  ['paper', 'follow', ['time-out', 'rate limited', 'rejected'], 'an exchange tells by itself: nobody asks, and nobody waits for an answer'],
  ['dex', 'follow', ['answer lost after the act'], 'reading the chain does nothing that could be lost: no answer is a time-out'],
  ['dex', 'follow', ['duplicate delivery'], 'an answer goes to the one question that was asked'],
  ['*', 'settle', ['answer lost after the act'], 'asking what became of an order does nothing that could be lost: no answer is a time-out'],
  ['*', 'settle', ['duplicate delivery'], 'an answer goes to the one question that was asked'],
  ['dex', 'settle', ['rejected'], 'what is mined and was carried out is rejected by nobody; what was not is rejected while it is followed'],
]
