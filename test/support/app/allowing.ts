import type { TestApp } from './launch'

/** Does something for which somebody in authority is asked, who allows it by a recovery key; where there is none yet, the pair is made. */
export async function allowing<T>(app: TestApp, work: () => Promise<T>): Promise<T> {
  if (app.recoveryKeys.length === 0) await makeKeys(app)
  const { answer } = app
  app.answer = (task) =>
    task.kind === 'authorise'
      ? { kind: task.kind, id: task.id, recoveryKeys: [new TextEncoder().encode(app.recoveryKeys[0])] }
      : answer(task)
  try {
    return await work()
  } finally {
    app.answer = answer
  }
}

async function makeKeys(app: TestApp): Promise<void> {
  const made = await app.holdfast.people.recoveryKeys.prepare()
  if (!made.ok) throw new Error(made.error)
  app.recoveryKeys = made.value.codes.map(({ code }) => code.toString())
  const kept = made.value.commit()
  if (!kept.ok) throw new Error(kept.error)
}
