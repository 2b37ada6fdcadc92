const { exit } = process

/** Ends the process with a message: an exception could be caught, and the app would run without the layers. */
export function fail(error: unknown): never {
  warn(error)
  return exit.call(process, 1)
}

/** Prints what is wrong; the process continues. */
export function warn(error: unknown): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  const isInWords = /^(?:ConfigError|ScopeError|DatabaseUnreachable|Refusal)$/.test(name)
  say(isInWords ? message : (stack ?? message))
}

/** Writes to stderr at once, whatever the app has done to console and the stream. */
export function say(words: string): void {
  ;(process as unknown as { _rawDebug(text: string): void })._rawDebug(`usertwo run: ${words}`)
}

/** A connection that the layers cannot reach; the message says which it is and what to do. */
export class Refusal extends Error {
  override name = 'Refusal'
}
