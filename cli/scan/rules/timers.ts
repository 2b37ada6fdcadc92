import { FUNCTION } from '../../../reading/syntax/binding.js'
import { spelled } from '../../../reading/syntax/origin.js'
import { calledMember, isCall, nameOf, textOf } from '../../../reading/syntax/syntax.js'
import { child, children, type Node, traverse } from '../../../reading/syntax/tree.js'
import { type Rule, SERVER } from './rule.js'

const SCHEDULERS =
  /^(node-cron|cron|node-schedule|croner|cron-async|bree|agenda|toad-scheduler|later|node-cron-job-manager)$/
const QUEUES = /^(bull|bullmq|bee-queue|pg-boss|graphile-worker)$/
/** They only keep a connection or a page awake. */
const HARMLESS = /^(res|response|wss?|socket|io|client|connection|stream)\./

/** What runs by the clock: queries of it belong to no request. */
export const timer: Rule = {
  kind: 'timer',
  where: SERVER,
  look(node, parents, { imports }) {
    const made = node.type === 'NewExpression'
    if (!isCall(node) && !made) return null
    const callee = child(node, 'callee')
    const member = calledMember(node)
    const local = nameOf(callee) ?? (member && nameOf(member.of))
    const module = (local && imports.get(local)?.module) || ''
    const [first] = children(node, 'arguments')
    const when = textOf(first ?? null)
    if (
      SCHEDULERS.test(module) &&
      (made || /^(schedule|scheduleJob|job|every|define|add)$/.test(member?.name ?? nameOf(callee) ?? ''))
    )
      return `${module}${when ? `: ${when}` : ''}`
    if (
      QUEUES.test(module) &&
      (made ? /Worker/.test(imports.get(local!)!.imported) : /^(process|work|run)$/.test(member?.name ?? ''))
    )
      return `${module}: ${spelled(callee)}`
    if (nameOf(callee) !== 'setInterval' || isOfStream(first ?? null, parents)) return null
    return `setInterval(${first && FUNCTION.test(first.type) ? '…' : spelled(first ?? null)})`
  },
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
