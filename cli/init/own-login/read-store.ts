import type { Source } from '../../../reading/syntax/sources.js'
import { isCall, nameOf, propertiesOf, textOf } from '../../../reading/syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../../../reading/syntax/tree.js'
import { findWrites } from '../reading/writes.js'

/** Where an app keeps logins: the store of express-session, the token that a client holds, or the tables of better-auth. */
export interface SessionStore {
  kind: 'memory' | 'connect-pg-simple' | 'connect-redis' | 'other' | 'token' | 'better-auth'
  /** the package, in words */
  name: string
  at: string
  /** the table of a store for PostgreSQL, or of one of the app's own; null: sessions are not in the database, or it is not known where */
  table: string | null
  /** connect-pg-simple makes the table itself where it is missing */
  makesTable: boolean
  /** of a token: the headers that may hold it besides `authorization`, in lower case */
  headers?: string[]
}

const STORE_PACKAGE = /^(?:connect-|session-file-store$|memorystore$)/
/** Stores above a library for databases, with the name of their table where no option gives one. */
const ABOVE_A_LIBRARY: Record<string, string> = {
  'connect-session-knex': 'sessions',
  'connect-session-sequelize': 'Sessions',
}
const TABLE_OPTION = /^table_?name$/i
const PG_OPTIONS =
  /^(?:pool|pgPromise|conString|conObject|tableName|schemaName|createTableIfMissing|pruneSessionInterval)$/

/** Where express-session is put in front of the app, and where it keeps its sessions; null: it is not. */
export function findSessionStore(sources: readonly Source[]): { at: string; store: SessionStore } | null {
  for (const source of sources) {
    const call = callOf('express-session', source)
    if (!call) continue
    const at = locate(source.file, call)
    const [options] = children(call, 'arguments')
    const isWritten = options?.type === 'ObjectExpression'
    const hasStore = propertiesOf(options ?? null).some(({ key }) => key === 'store')
    return { at, store: storeIn(sources, isWritten ? hasStore : null, at) }
  }
  return null
}

/** @param hasStore whether the options name a store; null: they are not written where it is called */
function storeIn(sources: readonly Source[], hasStore: boolean | null, at: string): SessionStore {
  const loaded = sources.flatMap((source) => {
    const found = loadedIn(source).find(({ module }) => STORE_PACKAGE.test(module))
    return found ? [{ module: found.module, at: locate(source.file, found.node), source }] : []
  })[0]
  const none = { table: null, makesTable: false }
  if (hasStore === false || (hasStore === null && !loaded))
    return { kind: 'memory', name: 'the memory of the process', at, ...none }
  if (!loaded) return { kind: 'other', name: 'a store of its own', at, ...none, table: ownTable(sources) }
  const { module } = loaded
  if (module === 'connect-pg-simple') return { ...pgStore(loaded.source), at: loaded.at }
  const kind = module === 'connect-redis' ? module : 'other'
  const table = ABOVE_A_LIBRARY[module] ? (tableGivenIn(sources) ?? ABOVE_A_LIBRARY[module]) : null
  return { kind, name: module, at: loaded.at, ...none, table }
}

/** The name that the options of a store give its table; null: none do. */
function tableGivenIn(sources: readonly Source[]): string | null {
  let found: string | null = null
  for (const { tree } of sources)
    traverse(tree, (node) => {
      if (found || node.type !== 'NewExpression' || !/store/i.test(nameOf(child(node, 'callee')) ?? ''))
        return
      const options = propertiesOf(children(node, 'arguments')[0] ?? null)
      found = textOf(options.find(({ key }) => TABLE_OPTION.test(key))?.value ?? null)
    })
  return found
}

/** The table that a store of the app's own keeps its sessions in: the one that the file of its class changes; null: not known. */
function ownTable(sources: readonly Source[]): string | null {
  const stores = sources.filter(isStore)
  const [table, ...others] = findWrites(stores).keys()
  return stores.length === 1 && others.length === 0 && table ? table : null
}

/** Whether a file has a class that extends the store of express-session: `session.Store`, or `Store` itself. */
function isStore({ tree, imports }: Source): boolean {
  let found = false
  traverse(tree, (node) => {
    const parent = /^Class(?:Declaration|Expression)$/.test(node.type) ? child(node, 'superClass') : null
    const object = child(parent, 'object')
    const name = nameOf(object ?? parent) ?? ''
    const isIt =
      imports.get(name)?.module === 'express-session' || requiredModule(object) === 'express-session'
    const isNamed = !object || nameOf(child(parent, 'property')) === 'Store'
    if (isIt && isNamed) found = true
  })
  return found
}

function pgStore({ tree }: Source): Omit<SessionStore, 'at'> {
  const given = new Map<string, Node | null>()
  traverse(tree, (node) => {
    if (node.type !== 'NewExpression') return
    const options = propertiesOf(children(node, 'arguments')[0] ?? null)
    if (!options.some(({ key }) => PG_OPTIONS.test(key))) return
    for (const { key, value } of options) given.set(key, value)
  })
  const table = textOf(given.get('tableName') ?? null) ?? 'session'
  const schema = textOf(given.get('schemaName') ?? null)
  const makes = given.get('createTableIfMissing')
  return {
    kind: 'connect-pg-simple',
    name: 'connect-pg-simple',
    table: schema && schema !== 'public' ? `${schema}.${table}` : table,
    makesTable: makes !== undefined && makes?.value !== false,
  }
}

/** The first call of what a package gives: `session({…})`, `require('express-session')({…})`. */
function callOf(module: string, { tree, imports }: Source): Node | null {
  let found: Node | null = null
  traverse(tree, (node) => {
    if (found || !isCall(node)) return
    const callee = child(node, 'callee')
    const isIt = imports.get(nameOf(callee) ?? '')?.module === module || requiredModule(callee) === module
    if (isIt) found = node
  })
  return found
}

/** The packages that a file loads, wherever it does. */
export function loadedIn({ tree }: Pick<Source, 'tree'>): { module: string; node: Node }[] {
  const found: { module: string; node: Node }[] = []
  traverse(tree, (node) => {
    const module = node.type === 'ImportDeclaration' ? textOf(child(node, 'source')) : requiredModule(node)
    if (module) found.push({ module, node })
  })
  return found
}

/** `require('module')`; null: it is another expression. */
export function requiredModule(node: Node | null): string | null {
  if (!node || !isCall(node) || nameOf(child(node, 'callee')) !== 'require') return null
  return textOf(children(node, 'arguments')[0] ?? null)
}
