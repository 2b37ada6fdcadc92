import { constants } from 'node:os'

/**
 * The time in ms in which a second signal counts as the first one: Ctrl-C in a terminal reaches both the
 * command and npm, which passes it on, and `timeout` sends its signal twice.
 */
const ECHO_MS = 1_000

let stop: AbortController | null = null
let heardAt = Number.NEGATIVE_INFINITY

/**
 * Exits on a signal, so that temporary files and child processes are cleaned up. A command that called {@link
 * untilInterrupted} is notified first; if a command has its own listeners, they decide.
 */
export function endAtSignals(): void {
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, heard)
}

/** Returns the abort signal of a command: the first Ctrl-C ends it gracefully, a second one at once. */
export function untilInterrupted(): AbortSignal {
  stop = new AbortController()
  // Not for every command: a handler would end commands started with nohup.
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
