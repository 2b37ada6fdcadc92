export interface Joined<T> {
  /** Starts the work, or joins the running one. */
  start(): Promise<T>
  /** null: not running */
  running(): Promise<T> | null
}

/** Runs one at a time: calls in the meantime get the result of the running one. */
export function joined<T>(work: () => Promise<T>): Joined<T> {
  let running: Promise<T> | null = null
  return {
    start() {
      running ??= work().finally(() => {
        running = null
      })
      return running
    },
    running: () => running,
  }
}
