/**
 * Runs `task` at most once every `everyMs`: at once when it is due, else once when it becomes due, so that the last call is never lost.
 */
export function throttle(everyMs: number, task: () => void): { readonly trigger: () => void; readonly stop: () => void } {
  let lastMs = Number.NEGATIVE_INFINITY
  let timer: ReturnType<typeof setTimeout> | null = null
  const run = () => {
    timer = null
    lastMs = Date.now()
    task()
  }
  return {
    trigger() {
      if (timer !== null) return
      const dueInMs = lastMs + everyMs - Date.now()
      if (dueInMs <= 0) run()
      else timer = setTimeout(run, dueInMs)
    },
    stop() {
      if (timer !== null) clearTimeout(timer)
      timer = null
    },
  }
}
