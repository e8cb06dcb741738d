import { calls } from '../../src-preload/contract'
import { oneLine } from '../engine/halt/text'
import { dispatch, valueReply } from './dispatch'
import { pageOf, SenderRegistry } from './sender'

/**
 * Takes the way of a halt once, from the sender's check to the checked answer, with nothing at its end: the first press is not to be the one that
 * waits until everything on that way is compiled. Touches no gate and no file. Answers whether the way is clear.
 */
export async function rehearseHalt(onFault: (fault: unknown) => void): Promise<boolean> {
  const registry = new SenderRegistry()
  const webContentsId = -1
  registry.add(webContentsId, 'main')
  const reply = await dispatch(
    calls,
    { 'halt.trigger': () => valueReply({ state: 'triggered', sinceMs: oneLine('rehearsal').length }) },
    registry,
    {
      onForbidden: onFault,
      refuses: () => null,
      onCommand: () => true,
      onAnswered: () => undefined,
      onFault: (_name, fault) => {
        onFault(fault)
      },
    },
    'main',
    {
      name: 'halt.trigger',
      sender: { webContentsId, frameUrl: pageOf('main'), isMainFrame: true },
      input: { mode: 'gate-only', scope: 'machine', source: 'button' },
    },
  )
  return reply.ok
}
