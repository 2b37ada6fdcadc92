/**
 * Makes a failed start end with only its message, if the app does not catch the error: Node would print a
 * line of usertwo's sources and a stack, which do not help with a wrong configuration.
 *
 * The listener lasts until the next turn of the event loop, so that it handles this error and none of the
 * app's. An app with its own listener keeps its own handling, and LOG_LEVEL=debug keeps the stack.
 */
export function printWithoutStack<Thrown>(error: Thrown): Thrown {
  if (!isInWords(error) || showsStack()) return error
  if (process.listenerCount('uncaughtException') > 0) return error
  const print = (uncaught: unknown) => {
    if (uncaught !== error) throw uncaught
    console.error(error.message)
    process.exit(1)
  }
  process.once('uncaughtException', print)
  setImmediate(() => process.off('uncaughtException', print)).unref()
  return error
}

/** Ends the process with a message where no caller could handle it, and the app would be served unchecked. */
export function endStart(error: unknown): never {
  console.error(isInWords(error) && !showsStack() ? error.message : error)
  return process.exit(1)
}

const showsStack = () => /^(debug|trace)$/.test(process.env.LOG_LEVEL ?? '')

/** Whether the message of an error says what is wrong and what to do. */
function isInWords(error: unknown): error is Error {
  return error instanceof Error && /^(?:ConfigError|DatabaseUnreachable)$/.test(error.name)
}
