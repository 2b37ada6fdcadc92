import type { Source } from '../../../reading/syntax/sources.js'
import { isCall, nameOf, propertiesOf, textOf } from '../../../reading/syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../../../reading/syntax/tree.js'
import { type ExportName, exportsOf } from './exports.js'

const KINDS: Record<string, string> = {
  pg: 'pg',
  knex: 'knex',
  sequelize: 'Sequelize',
  typeorm: 'TypeORM',
  'drizzle-orm/node-postgres': 'Drizzle',
  kysely: 'Kysely',
  slonik: 'slonik',
  '@mikro-orm/postgresql': 'MikroORM',
}
const MADE_BY = /^(?:Pool|Client|Sequelize|DataSource|Kysely|knex|Knex|drizzle)$/
const BY_NEW = new Set(['pg', 'Sequelize', 'TypeORM', 'Kysely'])
/** Of these the handle itself is given to `scope()`, also where the app exports the Pool below it. */
const BEFORE_POOL = ['Prisma', 'Kysely', 'MikroORM']
/** Whether a handle of this kind sends a query while it is made, in front of the first request: slonik asks for the types. */
export const queriesWhenMade = (kind: string) => kind === 'slonik'

/** What the app asks its database by. */
export interface DatabaseHandle {
  kind: string
  file: string
  at: string
  /** its variable; null: it has none */
  name: string | null
  exported: ExportName | null
  /** of another package of the workspace: what the app loads it by */
  module?: string | null
  /** one connection that all requests share */
  single: boolean
  declaration: Node
}

/** The handle that the app asks by: one that it exports before others, a library before the Pool that it may be given. */
export function mainHandle(handles: readonly DatabaseHandle[]): DatabaseHandle | null {
  const over = handles.filter(({ kind }) => BEFORE_POOL.includes(kind))
  const among = over.length > 0 ? over : handles
  return among.find(({ exported }) => exported) ?? among[0] ?? null
}

/** Every handle that the sources make, in the order of the files. */
export function findHandles(sources: readonly Source[]): DatabaseHandle[] {
  const kinds = kindsIn(sources)
  return sources.flatMap((source) => {
    const found: DatabaseHandle[] = []
    const exported = exportsOf(source)
    const makers = pgPromiseMakers(source)
    traverse(source.tree, (node, parents) => {
      const kind = kindOf(node, source, makers, kinds)
      if (!kind) return
      const inner =
        isPromise(node, kind, parents) ||
        (kind === 'pg' && isGiven(node, parents)) ||
        (kind === 'Kysely' && makesPoolLate(source.tree))
      const holder = inner
        ? undefined
        : parents.find(({ type }) => /^(?:VariableDeclarator|AssignmentExpression)$/.test(type))
      const name = nameOf(child(holder ?? null, 'id'))
      const inside = parents.some(({ type }) => /Function|Method/.test(type))
      const way = exported.find((one) => (name !== null && one.local === name) || one.node === node)
      found.push({
        kind,
        file: source.file,
        at: locate(source.file, node),
        name,
        exported: inside || inner ? null : (way?.as ?? null),
        single: kind === 'pg' && calledName(node) === 'Client',
        declaration: parents.find(({ type }) => type === 'VariableDeclaration') ?? node,
      })
    })
    return found
  })
}

/** `MikroORM` of `@mikro-orm/core` asks what the options name: PostgreSQL, if the app loads that package anywhere. */
function kindsIn(sources: readonly Source[]): Record<string, string> {
  const isPostgres = sources.some(({ imports }) =>
    [...imports.values()].some(({ module }) => module === '@mikro-orm/postgresql'),
  )
  return isPostgres ? { ...KINDS, '@mikro-orm/core': 'MikroORM' } : KINDS
}

/** `new PostgresDialect({ pool: new Pool() })`: the variable on the left holds what the Pool is given to. */
function isGiven(node: Node, parents: readonly Node[]): boolean {
  let below = node
  for (const parent of parents) {
    if (/^(?:VariableDeclarator|AssignmentExpression)$/.test(parent.type)) return false
    if ((isCall(parent) || parent.type === 'NewExpression') && children(parent, 'arguments').includes(below))
      return true
    below = parent
  }
  return false
}

/** `createPool(url)`, `MikroORM.init()`: only what is awaited is the handle. */
const isPromise = (node: Node, kind: string, [parent]: readonly Node[]) =>
  (kind === 'slonik' || (kind === 'MikroORM' && calledName(node) === 'init')) &&
  parent?.type !== 'AwaitExpression'

/** `pool: async () => new Pool()`, also in a dialect that has a name: it has not made a Pool yet when `scope()` is called. */
function makesPoolLate(tree: Node): boolean {
  let found = false
  traverse(tree, (node) => {
    if (propertiesOf(node).some(({ key, value }) => key === 'pool' && /Function/.test(value?.type ?? '')))
      found = true
  })
  return found
}

const isPgPromise = (callee: Node, imports: Source['imports']) =>
  (moduleOf(callee) ?? imports.get(nameOf(callee) ?? '')?.module) === 'pg-promise'

/** `new Pool()`, `new pg.Pool()`, `knex(config)`, `require('knex')(config)`, `pgp(url)`. */
function kindOf(
  node: Node,
  { imports }: Source,
  makers: ReadonlySet<string>,
  kinds: Record<string, string>,
): string | null {
  if (node.type !== 'NewExpression' && !isCall(node)) return null
  const callee = child(node, 'callee')
  if (!callee) return null
  const required = moduleOf(callee)
  if (required === 'knex') return 'knex'
  const root = callee.type === 'MemberExpression' ? child(callee, 'object') : callee
  const from = imports.get(nameOf(root) ?? '')
  // Its module is wherever the app lets Prisma generate it.
  if (from?.imported === 'PrismaClient' && node.type === 'NewExpression') return 'Prisma'
  const kind = from && kinds[from.module]
  if (kind && BY_NEW.has(kind))
    return node.type === 'NewExpression' && MADE_BY.test(calledName(node) ?? '') ? kind : null
  // `await MikroORM.init()`, `await createPool(url)`; without `await` it is a promise.
  if (kind === 'MikroORM') return /^init(?:Sync)?$/.test(calledName(node) ?? '') ? kind : null
  if (kind === 'slonik') return calledName(node) === 'createPool' ? kind : null
  if (kind) return callee.type === 'MemberExpression' && kind !== 'knex' ? null : kind
  const made = isCall(callee) ? child(callee, 'callee') : null
  return makers.has(nameOf(callee) ?? '') || (made && isPgPromise(made, imports)) ? 'pg-promise' : null
}

/** The variables that pg-promise's own call fills, which make databases: `const pgp = require('pg-promise')()`. */
function pgPromiseMakers({ tree, imports }: Source): Set<string> {
  const found = new Set<string>()
  traverse(tree, (node) => {
    const init = node.type === 'VariableDeclarator' ? child(node, 'init') : null
    const callee = init && isCall(init) ? child(init, 'callee') : null
    const name = nameOf(child(node, 'id'))
    if (name && callee && isPgPromise(callee, imports)) found.add(name)
  })
  return found
}

function calledName(node: Node): string | null {
  const callee = child(node, 'callee')
  const own = callee?.type === 'MemberExpression' ? child(callee, 'property') : callee
  return nameOf(own)
}

function moduleOf(callee: Node): string | null {
  if (!isCall(callee) || nameOf(child(callee, 'callee')) !== 'require') return null
  return textOf(children(callee, 'arguments')[0] ?? null)
}
