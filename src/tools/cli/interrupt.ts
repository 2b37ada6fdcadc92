/** The signal of a command: Ctrl-C asks it to end in good order, a second one ends it at once. */
export function untilInterrupted(): AbortSignal {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(name, () => {
      process.exitCode = 130
      stop.abort(new Interrupted('interrupted'))
    })
  return stop.signal
}

/** Somebody ended the command before it was done. */
export class Interrupted extends Error {}
