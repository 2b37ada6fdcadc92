export interface Joined<T> {
  /** Starts it, or joins the one that runs. */
  start(): Promise<T>
  /** null: none runs */
  running(): Promise<T> | null
}

/** Runs one at a time: calls made meanwhile get the result of the one that runs. */
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
