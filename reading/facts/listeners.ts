import { bindingOf, FUNCTION } from '../syntax/binding.js'
import { bare, spelled } from '../syntax/origin.js'
import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf, textOf } from '../syntax/syntax.js'
import { child, children, type Node, traverse } from '../syntax/tree.js'

/** Packages by which an app hears from others than its clients: chats, sensors, mailboxes, folders, queues, other servers. */
const SOURCES =
  /^(?:node-telegram-bot-api|telegraf|grammy|discord\.js|eris|@slack\/(?:bolt|socket-mode|rtm-api)|whatsapp-web\.js|matrix-(?:js|bot)-sdk|mqtt|serialport|onoff|noble|@abandonware\/noble|chokidar|imap|imapflow|mail-listener\d?|smtp-server|amqplib|kafkajs|nats|stompit|redis|ioredis|eventsource|socket\.io-client|ws|pg)$/
const LISTENS =
  /^(?:on|addListener|onText|command|hears|action|message|event|start|consume|run|subscribe|watch)$/
/** What says how a connection is, and brings nothing. */
const LIFECYCLE =
  /^(?:connect(?:ion)?|connected|ready|open|close|closed|end|error|errors|warn|debug|reconnect(?:ing)?|offline|disconnect(?:ed)?|drain|acquire|release|remove|upgrade|qr|authenticated|polling_error|clientReady)$/
/** A call by which a database is mostly asked. */
const ASKS =
  /(?:^|\.)(?:query|raw|insert|insertInto|create|createMany|bulkCreate|save|upsert|update|updateMany|destroy|delete|deleteFrom|none|one|any|oneOrNone|manyOrNone|find\w*|select|selectFrom|execute|\$(?:queryRaw|executeRaw)\w*)$/

const NAMES_USER = /^(?:asUser|asSystem|forEachUser|asInjectedUser|bindUser)$/

/**
 * Returns what a listener hears, `mqtt: message`, where its work seems to ask the database: no request brings it, so
 * its queries have no user. Null: it is something else.
 */
export function listenerAt(call: Node, parents: readonly Node[], { imports }: Source): Listener | null {
  const member = isCall(call) ? calledMember(call) : null
  if (!member || !LISTENS.test(member.name)) return null
  const module = moduleOf(member.of, parents, imports)
  if (!module || !SOURCES.test(module)) return null
  const given = children(call, 'arguments')
  const event = textOf(given[0] ?? null)
  if (event !== null && LIFECYCLE.test(event)) return null
  // Of a connection to PostgreSQL only what NOTIFY sends.
  if (module === 'pg' && event !== 'notification') return null
  const works = given.map((one) => workOf(one, parents))
  if (!works.some((work) => asksIn(work, imports))) return null
  return { what: `${module}: ${event ?? member.name}`, namesUser: works.some(namesUser) }
}

interface Listener {
  what: string
  /** its work runs as a user that it names, or as the system */
  namesUser: boolean
}

function namesUser(work: Node): boolean {
  let names = false
  traverse(work, (node) => {
    names ||= isCall(node) && NAMES_USER.test(nameOf(child(node, 'callee')) ?? '')
  })
  return names
}

/** The function that is given, itself or by a name of this file. */
function workOf(given: Node, parents: readonly Node[]): Node {
  const name = nameOf(given)
  return (name && bindingOf(name, parents)?.init) || given
}

/** Whether work asks the database, or a function of another file of the app, which may. */
function asksIn(work: Node, imports: Source['imports']): boolean {
  let asks = false
  traverse(work, (node) => {
    if (node.type === 'TaggedTemplateExpression') asks ||= /sql/i.test(spelled(child(node, 'tag')))
    if (!isCall(node)) return
    const root = nameOf(calledMember(node)?.of ?? child(node, 'callee'))
    asks ||= ASKS.test(spelled(child(node, 'callee'))) || Boolean(root && imports.get(root)?.file)
  })
  return asks || Boolean(imports.get(nameOf(work) ?? '')?.file)
}

/** The package that an object comes from: `chokidar.watch(folder)`, `new Telegraf(token)`, `mqtt.connect(url)`, `(await amqp.connect(url)).createChannel()`. */
function moduleOf(
  node: Node | null,
  parents: readonly Node[],
  imports: Source['imports'],
  depth = 0,
): string | undefined {
  const value = bare(node)
  if (!value || depth > 6 || FUNCTION.test(value.type)) return undefined
  const through = (one: Node | null) => moduleOf(one, parents, imports, depth + 1)
  if (value.type === 'NewExpression') {
    const made = child(value, 'callee')
    // A server is listened to by its clients, as which their messages run.
    return /Server$/.test(spelled(made)) ? undefined : through(made)
  }
  if (value.type === 'AwaitExpression') return through(child(value, 'argument'))
  if (isCall(value)) return through(child(value, 'callee'))
  const of = child(value, 'object')
  if (of) return through(of)
  const name = nameOf(value)
  if (!name) return undefined
  const imported = imports.get(name)
  if (imported) return /Server$/.test(imported.imported ?? '') ? undefined : imported.module
  const found = bindingOf(name, parents)
  return found && !found.parameter ? through(found.init) : undefined
}
