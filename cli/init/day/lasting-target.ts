import type { Ask } from '../../../proof/gate/app/http.js'
import { type StartedTarget, TargetError } from '../../../proof/gate/app/target.js'
import type { GateSession } from '../../../proof/gate/session.js'
import { ConfigError } from '../../../src/core/config-error.js'
import { CannotGoOn } from '../cannot-go-on.js'

/** An app that is restarted when a request ends it. */
export interface Lasting extends Pick<StartedTarget, 'ask' | 'statements' | 'namesRead'> {
  /** each request that ended the app, with what it printed last */
  ended(): string[]
}

/** An app that ends more often is not asked on. */
const STARTS = 12

/**
 * The app as it was, at dial 0. A request that ends it is answered by the error, as one that is never answered; the next
 * one finds the app started again.
 * @throws ConfigError once it has ended {@link STARTS} times
 */
export async function lastingTarget(session: Pick<GateSession, 'app'>): Promise<Lasting> {
  const ended: string[] = []
  let now = session.app({ dial: 0, bare: true })
  await now
  const ask = async (method: string, path: string, how?: Ask) => {
    const target = await now
    try {
      return await target.ask(method, path, how)
    } catch (error) {
      if (!(error instanceof TargetError)) throw error
      ended.push(inShort(error.message))
      if (ended.length >= STARTS)
        throw new CannotGoOn(
          `the app exited ${STARTS} times while its routes were called: ${ended.at(-1)}: let it answer an error (Express 4 passes on no rejected promise: catch it and call next(error))`,
        )
      now = session.app({ dial: 0, bare: true, instance: `start ${ended.length + 1}` })
      await now
      throw error
    }
  }
  return {
    ask,
    statements: async () => (await now).statements(),
    namesRead: async () => (await now).namesRead(),
    ended: () => ended,
  }
}

/** For a request that may go without an answer. @throws what ends init */
export function unlessRefused(error: unknown): null {
  if (error instanceof ConfigError) throw error
  return null
}

/** The request, and the app's own words without a stack. */
function inShort(message: string): string {
  const [first = '', ...rest] = message.split('\n')
  const why = rest.find((line) => /^\s*\w*Error\b.*:/.test(line)) ?? rest.find((line) => line.trim()) ?? ''
  return `${first}${why && `: ${why.trim().slice(0, 160)}`}`
}
