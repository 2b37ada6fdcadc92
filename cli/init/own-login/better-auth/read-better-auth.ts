import type { Source } from '../../../../reading/syntax/sources.js'
import { nameOf, propertiesOf, textOf } from '../../../../reading/syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../../../../reading/syntax/tree.js'
import { loginCalled } from '../../reading/own-login.js'
import type { LoginRoute, SessionLogin } from '../read-login.js'

/** Where the app makes its better-auth. */
export interface BetterAuth {
  /** the file that exports it, relative to the app's folder */
  file: string
  /** the name under which it is exported; `default` too */
  exported: string
  /** why a gate cannot log in by it; null: it can */
  why: string | null
}

/** Where better-auth answers unless the app says otherwise. */
const BASE = '/api/auth'

/** Reads a login by better-auth; null: the app has none. Its routes are those of better-auth, which the sources do not show. */
export function readBetterAuth(sources: readonly Source[]): SessionLogin | null {
  for (const source of sources) {
    const made = madeIn(source)
    if (!made) continue
    const { at, options, name } = made
    const path = textOf(valueIn(options, 'basePath')) ?? BASE
    const exported = name && exportOf(source, name)
    const passwords = valueIn(valueIn(options, 'emailAndPassword'), 'enabled')
    const why =
      passwords?.value !== true
        ? 'its options do not enable emailAndPassword, by which a gate logs in'
        : exported
          ? null
          : `${source.file} does not export it`
    const route = (below: string): LoginRoute => ({
      method: 'POST',
      path: `${path}/${below}`,
      at,
      fields: { user: 'email', password: 'password', more: [], repeated: [], changes: false },
    })
    return {
      at,
      store: { kind: 'better-auth', name: 'better-auth', at, table: null, makesTable: false },
      passport: null,
      users: [],
      logins: [route('sign-in/email')],
      registers: [route('sign-up/email')],
      logouts: [route('sign-out')],
      open: [],
      betterAuth: { file: source.file, exported: exported ?? 'auth', why },
    }
  }
  return null
}

/** The call of `betterAuth`, with its options, and the name that holds what it returns. */
function madeIn(source: Source): { at: string; options: Node | null; name: string | null } | null {
  let made: ReturnType<typeof madeIn> = null
  traverse(source.tree, (node, parents) => {
    if (made || loginCalled(node, source) !== 'better-auth') return
    const holder = parents.find(({ type }) => !/^TS/.test(type))
    const name =
      holder?.type === 'VariableDeclarator'
        ? nameOf(child(holder, 'id'))
        : holder?.type === 'ExportDefaultDeclaration'
          ? 'default'
          : null
    made = { at: locate(source.file, node), options: children(node, 'arguments')[0] ?? null, name }
  })
  return made
}

const valueIn = (object: Node | null, name: string): Node | null =>
  propertiesOf(object).find(({ key }) => key === name)?.value ?? null

/** The name under which a file exports one of its own; null: it does not. */
function exportOf({ tree }: Source, name: string): string | null {
  if (name === 'default') return name
  let found: string | null = null
  traverse(tree, (node, parents) => {
    if (node.type === 'VariableDeclarator' && nameOf(child(node, 'id')) === name) {
      if (parents.some(({ type }) => type === 'ExportNamedDeclaration')) found = name
    } else if (node.type === 'ExportSpecifier' && nameOf(child(node, 'local')) === name)
      found = nameOf(child(node, 'exported'))
    else if (node.type === 'ExportDefaultDeclaration' && nameOf(child(node, 'declaration')) === name)
      found = 'default'
    else if (node.type === 'AssignmentExpression') found ??= exportedByAssignment(node, name)
  })
  return found
}

/** `exports.auth = auth`, `module.exports = { auth }`. */
function exportedByAssignment(node: Node, name: string): string | null {
  const [left, right] = [child(node, 'left'), child(node, 'right')]
  const of = child(left, 'object')
  if (nameOf(of) === 'exports' || nameOf(child(of, 'property')) === 'exports')
    return nameOf(right) === name ? nameOf(child(left, 'property')) : null
  if (nameOf(child(left, 'property')) !== 'exports') return null
  return propertiesOf(right).find(({ value }) => nameOf(value) === name)?.key ?? null
}
