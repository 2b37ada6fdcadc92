import { constants } from 'node:os'

/**
 * Within this time a second signal is the first one again: Ctrl-C in a terminal reaches the command itself and
 * npm, which passes it on; `timeout` sends its signal twice, too. ms
 */
const ECHO_MS = 1_000

let stop: AbortController | null = null
let heardAt = Number.NEGATIVE_INFINITY

/**
 * Ends this process at a signal by an exit, so that temporary files and child processes go with it. A command
 * that called {@link untilInterrupted} is notified first; if a command has its own listeners, they decide.
 */
export function endAtSignals(): void {
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, heard)
}

/** The signal of a command: Ctrl-C asks it to end in good order, a second one ends it at once. */
export function untilInterrupted(): AbortSignal {
  stop = new AbortController()
  // Not for every command: a handler would end those that were started by nohup.
  process.on('SIGHUP', heard)
  return stop.signal
}

function heard(name: NodeJS.Signals): void {
  const now = performance.now()
  if (now - heardAt < ECHO_MS) return
  heardAt = now
  if (stop && !stop.signal.aborted) {
    process.exitCode = 130
    stop.abort(new Interrupted('interrupted'))
  } else if (stop || process.listenerCount(name) === 1) {
    process.exit(128 + constants.signals[name])
  }
}

/** The user ended the command before it was done. */
export class Interrupted extends Error {}
