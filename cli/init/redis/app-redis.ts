import { ServerMissing } from '../../../proof/postgres/embedded/binaries.js'
import { redisProgram } from '../../../proof/redis/redis-program.js'
import { usesRedis } from '../../../proof/redis/throw-away-redis.js'
import type { Source } from '../../../reading/syntax/sources.js'
import { textOf } from '../../../reading/syntax/syntax.js'
import { child, locate, traverse } from '../../../reading/syntax/tree.js'
import { hasPackage } from '../monorepo/outside.js'
import { findSessionStore } from '../own-login/read-store.js'
import { variablesIn, variablesOfEnvFile } from '../reading/environment.js'
import { byEnding, type RedisClient, redisClients } from './redis-clients.js'

/** The Redis in which an app keeps its sessions, its queues, or anything else. */
export interface AppRedis {
  /** for `app.env`: the variables by which the app reads the address of the one that gates give it */
  env: Record<string, string>
  /** why gates cannot give it one, in words; null: they can */
  missing: string | null
  /** where it makes a queue of BullMQ or Bull; null: nowhere */
  queue: string | null
  /** where it would make a client, if it were not off by default: gates run without it; absent: it is on */
  off?: string
}

const NAMED = { url: '$REDIS_URL', host: '$REDIS_HOST', port: '$REDIS_PORT' }
/** The Redis of a gate asks for no password. */
const PASSWORD = /(?:PASS|PASSWORD|PASSWD|PW|PWD|AUTH|USER|USERNAME)$/
const OF_REDIS = /REDIS|VALKEY/
const URL = /^rediss?:\/\//
const AS_READ = 'let it read one from a variable: createClient({ url: process.env.REDIS_URL })'
const AS_READ_BY_QUEUE = 'let it read one from a variable: connection: { url: process.env.REDIS_URL }'

/**
 * Reads how an app finds its Redis; null: it has none, or one that it does without in gates, since it has neither
 * sessions nor queues there, and they cannot give it one. Nothing of it is run.
 *
 * @param read the variables that the sources read
 * @param first the part of `app.env` that the user has written
 * @param prefix of usertwo's variables in this app; null: none
 */
export function appRedis(
  folder: string,
  sources: readonly Source[],
  read: Iterable<string>,
  { first = {}, prefix = null }: { first?: Record<string, string>; prefix?: string | null } = {},
): AppRedis | null {
  const written = variablesOfEnvFile(folder)
  const clients = redisClients(sources, (name) => name in first || written.has(name))
  const hasSessions = findSessionStore(sources)?.store.kind === 'connect-redis'
  if (!hasSessions && clients.length === 0) return null
  const { env, problem } = addressOf(sources, clients, read, usesRedis({ app: { env: first } }))
  const missing = problem ?? noServer() ?? noPackages(folder, { ...env, ...first }, prefix)
  const queue = clients.find(({ isQueue }) => isQueue)?.at ?? null
  if (missing !== null && !hasSessions && clients.length > 0 && clients.every(({ isOff }) => isOff))
    return { env: {}, missing: null, queue: null, off: clients[0]!.at }
  return missing !== null && !hasSessions && !queue ? null : { env, missing, queue }
}

function addressOf(
  sources: readonly Source[],
  clients: readonly RedisClient[],
  read: Iterable<string>,
  isGiven: boolean,
): { env: Record<string, string>; problem: string | null } {
  const variables = new Map(clients.flatMap((client) => [...client.variables]))
  for (const name of defaulted(sources)) if (!variables.has(name)) variables.set(name, 'url')
  const env = Object.fromEntries([...variables].map(([name, part]) => [name, NAMED[part]]))
  for (const name of read) {
    if (name in env || !OF_REDIS.test(name)) continue
    const part = byEnding(name)
    if (part) env[name] = NAMED[part]
    else if (PASSWORD.test(name)) env[name] = ''
  }
  const isRead = isGiven || usesRedis({ app: { env } })
  const written = clients.find((client) => client.written)?.at ?? (isRead ? null : textIn(sources))
  const fix = clients.some(({ isQueue }) => isQueue) ? AS_READ_BY_QUEUE : AS_READ
  if (written) return { env, problem: `whose address is written in the source (${written}): ${fix}` }
  return {
    env,
    problem: isRead ? null : `and no variable was found from which it reads its address: ${fix}`,
  }
}

/** The variables in whose place the URL of a Redis is taken: `process.env.CACHE || 'redis://localhost'`. */
function defaulted(sources: readonly Source[]): string[] {
  const found: string[] = []
  for (const { tree } of sources)
    traverse(tree, (node) => {
      if (node.type !== 'LogicalExpression' || !URL.test(textOf(child(node, 'right')) ?? '')) return
      found.push(...variablesIn(child(node, 'left')!))
    })
  return found
}

/** Where the URL of a Redis is written. */
function textIn(sources: readonly Source[]): string | null {
  let found: string | null = null
  for (const { file, tree } of sources)
    traverse(tree, (node) => {
      if (URL.test(textOf(node) ?? '')) found ??= locate(file, node)
    })
  return found
}

function noServer(): string | null {
  try {
    redisProgram()
    return null
  } catch (error) {
    if (!(error instanceof ServerMissing)) throw error
    return `and gates start one of their own, never yours. ${error.message}`
  }
}

/** usertwo reads REDIS_URL too, and does not start without the packages for it. */
function noPackages(folder: string, env: Record<string, string>, prefix: string | null): string | null {
  const missing = ['ioredis', 'rate-limit-redis'].filter((name) => !hasPackage(folder, name))
  const name = ['REDIS_URL', `${prefix ?? ''}REDIS_URL`].find((one) => env[one] !== undefined)
  if (!name || missing.length === 0) return null
  return `and usertwo reads ${name} too, to share its rate limits between processes: npm install ${missing.join(' ')}, or let the app read another variable`
}
