const { exit } = process

/**
 * Ends the process with what is wrong, in words: an exception could be caught by the app, which would then go on
 * without the layers. Nothing of stdout or stderr is waited for.
 */
export function fail(error: unknown): never {
  warn(error)
  return exit.call(process, 1)
}

/** What is wrong, in words, and the process goes on. */
export function warn(error: unknown): void {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  const isInWords = /^(?:ConfigError|ScopeError|DatabaseUnreachable|Refusal)$/.test(name)
  say(isInWords ? message : (stack ?? message))
}

/** On stderr at once, whatever has been made of console and of the stream. */
export function say(words: string): void {
  ;(process as unknown as { _rawDebug(text: string): void })._rawDebug(`usertwo run: ${words}`)
}

/** What the layers cannot reach; the message says what it is and what to do. */
export class Refusal extends Error {
  override name = 'Refusal'
}
