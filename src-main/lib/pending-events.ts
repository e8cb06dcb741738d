/**
 * Lets what came while the event loop was busy be heard: signals, and word of the watching thread. For the moment right before a transport's last
 * look, which then finds the gate as the person who pressed left it. Two turns: what is polled for in the first may have been polled before.
 */
export function pendingEventsLand(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve))
  })
}
