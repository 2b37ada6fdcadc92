import { isLoopback } from '../../../proof/gate/preload/fence/places.js'
import { bindingOf } from '../../../reading/syntax/binding.js'
import type { Source } from '../../../reading/syntax/sources.js'
import {
  calledMember,
  isCall,
  nameOf,
  propertiesOf,
  templateOf,
  textOf,
} from '../../../reading/syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../../../reading/syntax/tree.js'
import { isOff } from '../off-by-default.js'
import { requiredModule } from '../own-login/read-store.js'
import { variablesIn } from '../reading/environment.js'

/** A client of Redis, and what the sources show of its address. */
export interface RedisClient {
  at: string
  /** a part of the address is written there, or left out: then it is that of the client, localhost:6379 */
  written: boolean
  /** variables that are read where the client is made, and the part of the address that each is */
  variables: Map<string, 'url' | 'host' | 'port'>
  /** it is made by BullMQ or Bull */
  isQueue: boolean
  /** it is not made while a variable of the environment is not set, which it is not by default */
  isOff: boolean
}

type Part = 'url' | 'host' | 'port'
/** How a part is given: by variables, by a written text or number, not at all, or in a way that is not read. */
type Given = { variables: string[] } | 'written' | 'absent' | 'unknown'

/** The package that a client is made by. */
type Maker = 'redis' | 'ioredis' | 'bullmq' | 'bull'

const MAKERS: Record<string, Maker> = {
  redis: 'redis',
  '@redis/client': 'redis',
  ioredis: 'ioredis',
  bullmq: 'bullmq',
  bull: 'bull',
}
const MAKES = /^createClient(?:Pool)?$/
const OF_BULLMQ = /^(?:Queue|Worker|QueueEvents|FlowProducer)$/

/**
 * The clients of the packages `redis` and `ioredis` that the sources make, and the queues of BullMQ and Bull.
 *
 * @param isSet whether the app has a variable of the environment by default
 */
export function redisClients(sources: readonly Source[], isSet: (name: string) => boolean): RedisClient[] {
  const found: RedisClient[] = []
  for (const source of sources)
    traverse(source.tree, (node, parents) => {
      const made = clientMade(node, source)
      if (!made) return
      const isQueue = made === 'bullmq' || made === 'bull'
      found.push({
        at: locate(source.file, node),
        isQueue,
        isOff: isOff(node, parents, isSet),
        ...addressOf(node, made, parents),
      })
    })
  return found
}

function clientMade(node: Node, { imports }: Source): Maker | null {
  const callee = child(node, 'callee')
  const isNew = node.type === 'NewExpression'
  if (!callee || (!isNew && !isCall(node))) return null
  const member = isCall(node) ? calledMember(node) : null
  const of = member?.of ?? (callee.type === 'MemberExpression' ? child(callee, 'object') : callee)
  const from = imports.get(nameOf(of) ?? '')
  const made = MAKERS[from?.module ?? requiredModule(of) ?? '']
  if (!made) return null
  const named = nameOf(child(callee, 'property'))
  if (made === 'ioredis') return isNew && named !== 'Cluster' && from?.imported !== 'Cluster' ? made : null
  if (made === 'bull') return isNew ? made : null
  const makes = made === 'redis' ? MAKES : OF_BULLMQ
  return makes.test(named ?? from?.imported ?? '') ? made : null
}

function addressOf(
  call: Node,
  made: Maker,
  parents: readonly Node[],
): Pick<RedisClient, 'written' | 'variables'> {
  const given = children(call, 'arguments').map((one) => declared(one, parents))
  const parts =
    made === 'redis'
      ? redisParts(given[0], parents)
      : made === 'ioredis'
        ? ioredisParts(given, parents)
        : queueParts(given, made, parents)
  if (parts === null) return { written: false, variables: new Map() }
  const variables = new Map<string, Part>()
  for (const part of ['url', 'host', 'port'] as const) {
    const { [part]: value } = parts
    if (typeof value !== 'object') continue
    for (const name of value.variables)
      variables.set(name, value.variables.length === 1 ? part : (byEnding(name) ?? part))
  }
  return { written: isWritten(parts), variables }
}

/** What a variable of this name is of an address; null: its name does not say. */
export function byEnding(name: string): Part | null {
  if (/PORT$/.test(name)) return 'port'
  if (/(?:HOST|HOSTNAME|SERVER|ENDPOINT|ADDR|ADDRESS)$/.test(name)) return 'host'
  return /(?:URL|URI|DSN|CONNECTION|CONN|STRING|REDIS)$/.test(name) ? 'url' : null
}

type Parts = Record<Part, Given> & { localHost: boolean }

function isWritten({ url, host, port, localHost }: Parts): boolean {
  if (url === 'unknown' || typeof url === 'object') return false
  if (url === 'written') return true
  if (host === 'written' && !localHost) return true
  return port === 'written' || port === 'absent'
}

/** Null: its options are not read. */
function redisParts(options: Node | null | undefined, parents: readonly Node[]): Parts | null {
  const none: Parts = { url: 'absent', host: 'absent', port: 'absent', localHost: false }
  if (!options) return none
  if (options.type !== 'ObjectExpression') return null
  const of = membersOf(options)
  const socket = of.has('socket') ? declared(of.get('socket')!, parents) : null
  if (of.has('url')) return { ...none, url: givenBy(of.get('url')!, parents) }
  if (!socket) return hasSpread(options) ? null : none
  return socket.type === 'ObjectExpression' ? hostAndPort(socket, parents) : null
}

function ioredisParts(given: readonly Node[], parents: readonly Node[]): Parts | null {
  const none: Parts = { url: 'absent', host: 'absent', port: 'absent', localHost: false }
  const [first, second] = given
  if (!first) return none
  if (first.type === 'ObjectExpression') {
    const of = membersOf(first)
    // BullMQ takes it out of the options.
    if (of.has('url')) return { ...none, url: givenBy(of.get('url')!, parents) }
    return of.has('sentinels') ? null : hostAndPort(first, parents)
  }
  const value = givenBy(first, parents)
  const isPort =
    first.type === 'NumericLiteral' ||
    (typeof value === 'object' && value.variables.every((name) => byEnding(name) === 'port'))
  if (!isPort) return { ...none, url: value }
  const host = second && second.type !== 'ObjectExpression' ? givenBy(second, parents) : 'absent'
  return { ...none, port: value, host, localHost: isLocal(second ?? null) }
}

/** Null: its connection is made elsewhere, or its options are not read. */
function queueParts(given: readonly Node[], made: 'bullmq' | 'bull', parents: readonly Node[]): Parts | null {
  const last = given.at(-1)
  if (!last || given.length === 1) return ioredisParts([], parents)
  // Bull takes a URL in place of the options.
  if (last.type !== 'ObjectExpression') return made === 'bull' ? ioredisParts([last], parents) : null
  const connection = membersOf(last).get(made === 'bullmq' ? 'connection' : 'redis')
  if (!connection) return hasSpread(last) ? null : ioredisParts([], parents)
  const value = declared(connection, parents)
  return value.type === 'ObjectExpression' || made === 'bull' ? ioredisParts([value], parents) : null
}

function hostAndPort(options: Node, parents: readonly Node[]): Parts | null {
  const of = membersOf(options)
  const part = (name: string): Given => (of.has(name) ? givenBy(of.get(name)!, parents) : 'absent')
  if (of.has('path')) return { url: part('path'), host: 'absent', port: 'absent', localHost: false }
  if (hasSpread(options) && !of.has('port')) return null
  return { url: 'absent', host: part('host'), port: part('port'), localHost: isLocal(of.get('host') ?? null) }
}

const membersOf = (options: Node) =>
  new Map(propertiesOf(options).flatMap(({ key, value }) => (value ? [[key, value] as const] : [])))

const hasSpread = (options: Node) => children(options, 'properties').some(({ type }) => /^Spread/.test(type))

const isLocal = (host: Node | null) => isLoopback(textOf(host) ?? '')

function givenBy(node: Node, parents: readonly Node[]): Given {
  const value = declared(node, parents)
  const variables = variablesIn(value)
  const text = templateOf(value, '?')
  // The port is written behind a host that is read: `redis://${process.env.REDIS_HOST}:6379`.
  if (text !== null && /\?:\d{2,5}\b/.test(text)) return 'written'
  if (variables.length > 0) return { variables }
  const isPlain = text !== null && !text.includes('?')
  return isPlain || value.type === 'NumericLiteral' ? 'written' : 'unknown'
}

/** What a name was declared as. */
function declared(node: Node, parents: readonly Node[]): Node {
  const binding = node.type === 'Identifier' ? bindingOf(nameOf(node)!, parents) : null
  if (!binding?.init || binding.parameter) return node
  if (binding.property === null) return binding.init
  // `const { REDIS_URL } = process.env`
  return isEnv(binding.init) ? memberOf(binding.init, binding.property) : node
}

const memberOf = (object: Node, name: string): Node => ({
  type: 'MemberExpression',
  loc: object.loc,
  object,
  property: { type: 'Identifier', loc: object.loc, name },
})

const isEnv = (node: Node | null) => nameOf(child(node, 'property')) === 'env'
