import type { SourceRoute } from '../../../reading/routes/routes-in-source.js'
import { isFileOf } from '../../../reading/syntax/linked-packages.js'
import type { Source } from '../../../reading/syntax/sources.js'
import { calledMember, isCall, nameOf, propertiesOf, textOf } from '../../../reading/syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../../../reading/syntax/tree.js'
import type { NamedBy } from './read-user.js'

/** A login by passport. */
export interface Passport {
  at: string
  /** the strategies that are used, by package */
  strategies: string[]
  /** the form of passport-local; null: another strategy alone */
  fields: { user: string; password: string } | null
  /** routes that authenticate by passport-local */
  logins: SourceRoute[]
  user: NamedBy
}

/**
 * Null: the app does not use passport.
 * @param behind the routes that reach a place, as `POST /login`
 */
export function findPassport(
  sources: readonly Source[],
  routes: readonly SourceRoute[],
  behind: (place: string) => readonly string[],
): Passport | null {
  const strategies = new Set<string>()
  let at: string | null = null
  let fields: Passport['fields'] = null
  const holders = new Set<string>()
  const exported: Exported[] = []
  const calls = new Set<Node>()
  const places: string[] = []
  for (const { file, tree, imports } of sources)
    traverse(tree, (node, parents) => {
      if (node.type === 'NewExpression') {
        const callee = child(node, 'callee')
        const module = imports.get(nameOf(callee) ?? nameOf(child(callee, 'object')) ?? '')?.module ?? ''
        if (!/^(?:@\w+\/)?passport-/.test(module)) return
        strategies.add(module)
        if (module === 'passport-local') fields = fieldsOf(children(node, 'arguments')[0] ?? null)
      }
      if (!isLocal(node)) return
      at ??= locate(file, node)
      places.push(locate(file, node))
      calls.add(node)
      const parent = parents.find(({ type }) => type !== 'ArrayExpression')
      const name = parent?.type === 'VariableDeclarator' ? nameOf(child(parent, 'id')) : null
      if (name) holders.add(name)
      const out = parent && exportedAs(parent)
      if (out) exported.push({ file, name: out })
    })
  if (at === null) return null
  const uses = ({ handlers, file }: SourceRoute) => {
    const source = sources.find((one) => one.file === file)
    return handlers.some((handler) => {
      let is = false
      traverse(handler, (node) => {
        if (calls.has(node) || (node.type === 'Identifier' && holders.has(nameOf(node)!))) is = true
        if (source && exported.some((one) => isImported(node, one, source))) is = true
      })
      return is
    })
  }
  // Its middleware may be called by a handler, as `passport.authenticate('local')(req, res, next)`.
  const reaching = new Set(places.flatMap(behind))
  const isLogin = (route: SourceRoute) => uses(route) || reaching.has(`${route.method} ${route.path}`)
  return {
    at,
    strategies: [...strategies],
    fields,
    logins: routes.filter((route) => route.method === 'POST' && isLogin(route)),
    user: { of: 'passport', key: 'user', member: 'key of users', at },
  }
}

/** Middleware that a file exports under a name. */
interface Exported {
  file: string
  name: string
}

/** `exports.enter = …`, `{ enter: … }`; null: under no name. */
function exportedAs(holder: Node): string | null {
  if (holder.type === 'ObjectProperty') return nameOf(child(holder, 'key'))
  return holder.type === 'AssignmentExpression' ? nameOf(child(child(holder, 'left'), 'property')) : null
}

/** `users.enter` of `const users = require('./users')`, `enter` of `import { enter } from './users'`. */
function isImported(node: Node, { file, name }: Exported, { imports }: Source): boolean {
  const of = node.type === 'MemberExpression' ? nameOf(child(node, 'object')) : null
  const from = imports.get(of ?? nameOf(node) ?? '')
  const named = of === null ? from?.imported : nameOf(child(node, 'property'))
  return named === name && isFileOf(from?.file, { file })
}

/** `passport.authenticate('local', …)`. */
function isLocal(node: Node): boolean {
  const member = isCall(node) ? calledMember(node) : null
  return member?.name === 'authenticate' && textOf(children(node, 'arguments')[0] ?? null) === 'local'
}

/** passport-local takes `username` and `password` unless its options name others. */
function fieldsOf(options: Node | null): { user: string; password: string } {
  const given = (key: string) => textOf(propertiesOf(options).find((one) => one.key === key)?.value ?? null)
  return { user: given('usernameField') ?? 'username', password: given('passwordField') ?? 'password' }
}
