import type { TestApp } from './launch'

type Answer = TestApp['answer']
type Task = Parameters<Answer>[0]
/** What asks for authority. */
export type AuthoriseTask = Extract<Task, { readonly kind: 'authorise' }>

/** Sits before the main-owned window: types what is to be stored, and gives a recovery key where an act is approved. Everything else is left undone. */
export function answerAsPerson(
  app: TestApp,
  person: { readonly types: () => string; readonly approves: (task: AuthoriseTask) => boolean },
): void {
  const utf8 = (text: string) => new TextEncoder().encode(text)
  app.answer = (task) => {
    if (task.kind === 'store-secret') return { kind: task.kind, id: task.id, secret: utf8(person.types()) }
    if (task.kind !== 'authorise' || !person.approves(task)) return null
    return { kind: task.kind, id: task.id, recoveryKeys: [utf8(app.recoveryKeys[0]!)] }
  }
}
