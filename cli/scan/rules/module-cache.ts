import { asksCatalogAlone } from '../../../reading/schema/catalog.js'
import { bindingOf, FUNCTION } from '../../../reading/syntax/binding.js'
import { isFileOf } from '../../../reading/syntax/linked-packages.js'
import { bare, spelled } from '../../../reading/syntax/origin.js'
import type { Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall, nameOf, propertiesOf } from '../../../reading/syntax/syntax.js'
import { child, locate, type Node, traverse } from '../../../reading/syntax/tree.js'
import type { ScanFinding } from '../kinds.js'

const HOLDERS = /^(Map|Set|WeakMap|Array|Object|NodeCache|LRU|LRUCache|QuickLRU|Cache|Keyv|Loki)$/
const CHANGES = /^(set|add|push|unshift|splice|put|assign)$/
/** Handles, and what a process keeps of itself. */
const OF_PROCESS =
  /^(app|server|db|pool|client|knex|sequelize|prisma|orm|connection|conn|io|wss?|redis|logger|log|transporter|router|routes|config|options|env|model|models|_?instance|timer|interval|timeout|handlers?|listeners?|middlewares?|hooks|plugins|schema|schemas|migrations|exports|module|shuttingDown|cron|jobs?|queue|clients|sockets|connections|dataSource)$/i

/** Variables of a module that its functions fill: what one request leaves there, the next one finds. */
export function moduleCaches({ file, tree }: Source): ScanFinding[] {
  const program = tree
  const found = new Map<string, ScanFinding>()
  const kept = keptIn(program)
  if (!kept.size) return []
  traverse(tree, (node, parents) => {
    const name = changed(node)
    const declared = name === null ? undefined : kept.get(name)
    const around = parents.filter(({ type }) => FUNCTION.test(type))
    if (!name || !declared || !around.length || isOther(name, declared, parents)) return
    if (runsAtLoad(parents, tree)) return
    const value = node.type === 'AssignmentExpression' ? bare(child(node, 'right')) : null
    if (value && (isOfProcess(value) || isFlag(value, parents) || isOfLoad(value, parents))) return
    const inside = parents.findIndex(({ type }) => FUNCTION.test(type))
    if (asksCatalogAlone(parents[inside]!, parents.slice(inside + 1))) return
    const at = locate(file, declared)
    if (!found.has(at))
      found.set(at, { kind: 'module-cache', at, what: `${name}, filled in line ${node.loc.start.line}` })
  })
  return [...found.values()]
}

/** The same where another module's functions fill what this one gives away: `store.notes.push(note)`. */
export function sharedModuleCaches(sources: readonly Source[]): ScanFinding[] {
  const found = new Map<string, ScanFinding>()
  for (const { file, tree, imports } of sources)
    traverse(tree, (node, parents) => {
      const member = isCall(node) ? calledMember(node) : null
      if (!member || !CHANGES.test(member.name) || !parents.some(({ type }) => FUNCTION.test(type))) return
      const inside = member.of.type === 'MemberExpression' ? child(member.of, 'object') : member.of
      const from = imports.get(nameOf(inside) ?? '')
      const name = inside === member.of ? from?.imported : nameOf(child(member.of, 'property'))
      const maker = sources.find((one) => isFileOf(from?.file, one))
      const declared = maker && name ? keptIn(maker.tree).get(name) : undefined
      if (!maker || !declared) return
      const at = locate(maker.file, declared)
      if (!found.has(at))
        found.set(at, { kind: 'module-cache', at, what: `${name}, filled by ${locate(file, node)}` })
    })
  return [...found.values()]
}

/**
 * Whether the only function around a place runs while the file is loaded: it is called for each item of a list, or has a name
 * that the file calls outside of functions, and uses nowhere else.
 */
function runsAtLoad(parents: readonly Node[], tree: Node): boolean {
  const at = parents.findIndex(({ type }) => FUNCTION.test(type))
  // A function inside of it may be a handler.
  if (parents.slice(at + 1).some(({ type }) => FUNCTION.test(type))) return false
  const holder = parents[at + 1]
  if (holder && isWalk(holder)) return true
  const name =
    nameOf(child(parents[at]!, 'id')) ??
    (holder?.type === 'VariableDeclarator' ? nameOf(child(holder, 'id')) : null)
  if (name === null) return false
  let calls = 0
  let others = 0
  traverse(tree, (node, [parent, ...above]) => {
    if (node.type !== 'Identifier' || nameOf(node) !== name || !parent) return
    if (child(parent, 'id') === node) return
    const isCalled = isCall(parent) && child(parent, 'callee') === node
    if (isCalled && !above.some(({ type }) => FUNCTION.test(type))) calls++
    else others++
  })
  const isExported = parents.some(({ type }) => /^Export/.test(type))
  return calls > 0 && others === 0 && !isExported
}

/** `readdirSync(folder).forEach((file) => …)`: the function has run when the call ends. */
const isWalk = (node: Node) =>
  isCall(node) &&
  /^(?:forEach|map|flatMap|filter|reduce|some|every|find|sort)$/.test(calledMember(node)?.name ?? '')

/** The variables of the module's own level that can hold something. */
function keptIn(tree: Node): Map<string, Node> {
  const found = new Map<string, Node>()
  traverse(tree, (node, parents) => {
    if (
      node.type !== 'VariableDeclarator' ||
      parents.some(({ type }) => FUNCTION.test(type) || /^Class/.test(type))
    )
      return
    const name = nameOf(child(node, 'id'))
    const init = bare(child(node, 'init'))
    const free = parents[0]?.kind !== 'const'
    if (name && !OF_PROCESS.test(name) && (isHolder(init) || (free && isPlain(init)))) found.set(name, node)
  })
  return found
}

function isHolder(init: Node | null): boolean {
  if (!init) return false
  if (/^(ArrayExpression|ObjectExpression)$/.test(init.type)) return true
  const callee = init.type === 'NewExpression' || isCall(init) ? child(init, 'callee') : null
  return callee !== null && HOLDERS.test(nameOf(callee) ?? nameOf(child(callee, 'property')) ?? '')
}

const isPlain = (init: Node | null) =>
  init === null || /^(NullLiteral|StringLiteral)$/.test(init.type) || nameOf(init) === 'undefined'

/** The variable whose content a node changes. */
function changed(node: Node): string | null {
  if (node.type === 'AssignmentExpression') {
    const left = child(node, 'left')
    if (left?.type === 'Identifier') return nameOf(left)
    return left?.type === 'MemberExpression' &&
      (left.computed || !/^(on\w+|prototype)$/.test(nameOf(child(left, 'property')) ?? ''))
      ? nameOf(child(left, 'object'))
      : null
  }
  const member = isCall(node) ? calledMember(node) : null
  return member && CHANGES.test(member.name) ? nameOf(member.of) : null
}

/** Yes or no, or fields of them: `{ read: !!row.may_read, write: now.write }` */
function isFlag(value: Node, parents: readonly Node[]): boolean {
  if (value.type === 'UnaryExpression') return value.operator === '!'
  if (value.type === 'BinaryExpression')
    return /^(?:[<>]=?|[!=]==?|in|instanceof)$/.test(String(value.operator))
  const fields = value.type === 'ObjectExpression' ? propertiesOf(value) : []
  const isOwn = (one: Node | null) => one?.type === 'BooleanLiteral' || (one !== null && isFlag(one, parents))
  return (
    fields.some((one) => isOwn(one.value)) &&
    fields.every((one) => isOwn(one.value) || isCopied(one, parents))
  )
}

/** `read: now.read`, of what a function gave. */
function isCopied({ key, value }: { key: string; value: Node | null }, parents: readonly Node[]): boolean {
  const made = bare(bindingOf(nameOf(child(value, 'object')) ?? '', parents)?.init ?? null)
  return (
    nameOf(child(value, 'property')) === key &&
    made !== null &&
    (isCall(made) || made.type === 'AwaitExpression')
  )
}

/** A socket or an open answer, which belongs to one client, or what the module made when it was loaded. */
function isOfLoad(value: Node, parents: readonly Node[]): boolean {
  const name = nameOf(value)
  if (value.type !== 'Identifier' || !name) return false
  if (/^(?:socket|ws|conn|connection|res|response|stream)$/i.test(name)) return true
  const init = bare(bindingOf(name, parents.slice(-1))?.init ?? null)
  return init !== null && bindingOf(name, parents)?.init === init && !isHolder(init)
}

/** Whether the name means another variable there: one of the function's own. */
function isOther(name: string, declared: Node, parents: readonly Node[]): boolean {
  const binding = bindingOf(name, parents)
  return !!binding && (binding.parameter || binding.init !== child(declared, 'init'))
}

/** A handle, a flag, a function: none of them holds rows. */
function isOfProcess(value: Node): boolean {
  if (/Function|^(BooleanLiteral|NullLiteral|NumericLiteral|ClassExpression)$/.test(value.type)) return true
  if (value.type === 'NewExpression') return !HOLDERS.test(spelled(child(value, 'callee')))
  return (
    isCall(value) &&
    /(listen|connect|create\w*|setTimeout|setInterval|require|init\w*|schedule|express|now|open|load\w*Config)$/i.test(
      spelled(child(value, 'callee')),
    )
  )
}
