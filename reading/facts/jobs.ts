import { bindingOf, FUNCTION } from '../syntax/binding.js'
import { bare, spelled } from '../syntax/origin.js'
import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf, textOf } from '../syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../syntax/tree.js'
import { listenerAt } from './listeners.js'

const SCHEDULERS =
  /^(node-cron|cron|node-schedule|croner|cron-async|bree|agenda|toad-scheduler|later|node-cron-job-manager)$/
const QUEUES = /^(bull|bullmq|bee-queue|pg-boss|graphile-worker)$/
/** They only keep a connection or a page awake. */
const HARMLESS = /^(res|response|wss?|socket|io|client|connection|stream)\./

/** Work that the app does outside every request. */
export interface Job {
  /** in words: `node-cron: 0 6 * * *`, `setInterval(clean)`, `bullmq: Worker` */
  what: string
  /** what begins it: the clock, another process's or request's data in a queue, or what a listener hears from elsewhere */
  by: 'clock' | 'queue' | 'listener'
  /** the file of the app that the work is imported from; null: the file of the job */
  workFrom: string | null
  /** of a listener: its work runs as a user that it names */
  namesUser?: boolean
}

/** A job, and where the source begins it. */
export interface JobInSource extends Job {
  /** file:line */
  at: string
  file: string
  node: Node
}

/** Returns the jobs that sources begin, in the order of the files. */
export function findJobs(sources: readonly Source[]): JobInSource[] {
  return sources.flatMap((source) => {
    const found: JobInSource[] = []
    traverse(source.tree, (node, parents) => {
      const job = jobAt(node, parents, source)
      if (job) found.push({ ...job, at: locate(source.file, node), file: source.file, node })
    })
    return found
  })
}

/** Returns the job that a node of the source begins; null: none. */
export function jobAt(node: Node, parents: readonly Node[], source: Source): Job | null {
  const { imports } = source
  const made = node.type === 'NewExpression'
  if (!isCall(node) && !made) return null
  const callee = child(node, 'callee')
  const member = calledMember(node)
  const local = nameOf(callee) ?? (member && nameOf(member.of))
  const module = (local && moduleOf(local, parents, imports)) || ''
  const given = children(node, 'arguments')
  const when = textOf(given[0] ?? null)
  const workFrom = given.map((one) => imports.get(nameOf(one) ?? '')?.file).find(Boolean) ?? null
  if (
    SCHEDULERS.test(module) &&
    (made
      ? !/^(Agenda|Bree|ToadScheduler)$/.test(local!)
      : /^(schedule|scheduleJob|job|every|define|add)$/.test(member?.name ?? nameOf(callee) ?? ''))
  )
    return { what: `${module}${when ? `: ${when}` : ''}`, by: 'clock', workFrom }
  if (
    QUEUES.test(module) &&
    (made
      ? /Worker/.test(imports.get(local!)?.imported ?? '')
      : /^(process|work|run)$/.test(member?.name ?? nameOf(callee) ?? ''))
  )
    return { what: `${module}: ${spelled(callee)}`, by: 'queue', workFrom }
  const heard = listenerAt(node, parents, source)
  if (heard) return { ...heard, by: 'listener', workFrom }
  if (nameOf(callee) !== 'setInterval' || isOfStream(given[0] ?? null, parents)) return null
  const work = given[0] && FUNCTION.test(given[0].type) ? '…' : spelled(given[0] ?? null)
  return { what: `setInterval(${work})`, by: 'clock', workFrom }
}

/** The package that a name comes from, imported or made by its class: `boss` of `const boss = new PgBoss(url)`. */
function moduleOf(name: string, parents: readonly Node[], imports: Source['imports']): string | undefined {
  const imported = imports.get(name)
  if (imported) return imported.module
  const value = bare(bindingOf(name, parents)?.init ?? null)
  const by = value?.type === 'NewExpression' ? nameOf(child(value, 'callee')) : null
  return by ? imports.get(by)?.module : undefined
}

/** A heartbeat, which only writes to a connection; or a timer that ends with its request, and runs as that request's user. */
function isOfStream(work: Node | null, parents: readonly Node[]): boolean {
  if (parents.some((one) => FUNCTION.test(one.type) && endsWithRequest(one))) return true
  if (!work || !FUNCTION.test(work.type)) return false
  const calls: string[] = []
  traverse(work, (node) => {
    if (isCall(node)) calls.push(spelled(child(node, 'callee')))
  })
  return calls.length > 0 && calls.every((name) => HARMLESS.test(name) || name === 'clearInterval')
}

/** `req.on('close', () => clearInterval(timer))` in a handler. */
function endsWithRequest(handler: Node): boolean {
  const names = new Set(children(handler, 'params').map(nameOf))
  let ends = false
  traverse(handler, (node) => {
    const member = isCall(node) ? calledMember(node) : null
    const [event, listener] = children(node, 'arguments')
    if (!member || !listener || textOf(event ?? null) !== 'close') return
    if (!/^(?:on|once)$/.test(member.name) || !names.has(nameOf(member.of))) return
    traverse(listener, (one) => {
      if (isCall(one) && nameOf(child(one, 'callee')) === 'clearInterval') ends = true
    })
  })
  return ends
}
