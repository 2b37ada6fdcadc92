import type { Answer, Ask } from '../../gate/app/http.js'
import type { Target, Visitor } from '../../gate/gate.js'
import { usesRedis } from '../../redis/throw-away-redis.js'
import type { World } from '../fixture/world.js'
import { inFreshProcess, unlikeElsewhere } from './alone.js'

/** Remembers what each user has sent. */
export interface Remembering extends World {
  /** the requests that this user has sent so far */
  sentBy({ headers }: Visitor): Sent[]
  /** starts another process of the app, which has served no one */
  another(): Promise<Target>
}

interface Sent {
  method: string
  path: string
  ask: Ask
}

/** Returns the world with a target that remembers the requests of each user. */
export function rememberRequests(world: World): Remembering {
  const all: Sent[] = []
  const target: Target = {
    ...world.target,
    ask(method, path, ask = {}) {
      all.push({ method, path, ask })
      return world.target.ask(method, path, ask)
    },
  }
  let processes = 0
  return {
    ...world,
    target,
    sentBy: ({ headers }) => all.filter(({ ask }) => ask.as?.headers === headers),
    another: () => inFreshProcess(world, `own requests, ${++processes}`),
  }
}

/**
 * Returns whether what a user is answered now follows from their own reads alone: a process that has served no one else, and has
 * read what they have read, answers them alike. So it is with what they opened last, where the app keeps that for each user. What
 * a process answers alike before it has read anything comes from Redis, which all processes share: their reads do not explain it.
 */
export async function followsFromOwnReads(world: Remembering, as: Visitor, path: string): Promise<boolean> {
  const now = await world.target.ask('GET', path, { as })
  const isAnswered = async (sent: readonly Sent[]) => {
    const { alone, last } = await servedAlone(world, sent)
    await alone.stop()
    return last !== null && (await unlikeElsewhere(now, last)) === null
  }
  if (usesRedis(world.gate.config) && (await isAnswered([{ method: 'GET', path, ask: { as } }]))) return false
  return isAnswered(world.sentBy(as).filter(({ method }) => method === 'GET'))
}

/**
 * Starts a process and sends it these requests of one user. The caller stops it.
 *
 * @param restore restores the rows after each write
 * @returns last: the answer to the last of them
 */
export async function servedAlone(
  world: Remembering,
  sent: readonly Sent[],
  restore: () => Promise<unknown> = async () => {},
): Promise<{ alone: Target; last: Answer | null }> {
  const alone = await world.another()
  let last: Answer | null = null
  for (const { method, path, ask } of sent) {
    if (world.gate.signal.aborted) break
    last = await alone.ask(method, path, ask)
    if (method !== 'GET') await restore()
  }
  return { alone, last }
}
