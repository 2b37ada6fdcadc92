import type { Queryable } from '../../src/database/catalog/ask.js'
import { type Catalog, readCatalog } from '../../src/database/catalog.js'

/** Names that differ between copies of one database, each with the word that replaces it: login, request role. */
type Aliases = Readonly<Record<string, string>>

/**
 * The shape of a database, one fact a line: columns in their order, defaults, keys, validity, rights, policies, views,
 * security definer functions and `usertwo.uid()`; no rows and no oids.
 */
export async function catalogText(client: Queryable, aliases: Aliases = {}): Promise<string> {
  const { renamed, compared } = roleNames(aliases)
  const catalog = renamed(await readCatalog(client))
  const { rows } = await client.query<{ definition: string }>(
    `select pg_catalog.pg_get_functiondef(p.oid) as definition
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'usertwo' and p.proname = 'uid'`,
  )
  const uid = rows.map(({ definition }) => ['usertwo.uid', compared(definition)])
  return [...factsOf(catalog), ...uid].map((line) => JSON.stringify(line)).join('\n')
}

/** Comparisons of the role that runs a query with a name. */
const WHO_RUNS = /\b((?:current|session)_user(?:::\w+)?\s*(?:=|<>)\s*)'((?:[^']|'')*)'/gi

/** Replaces names by aliases where a role is meant, and nowhere else: a login may have the name of a table. */
function roleNames(aliases: Aliases) {
  const named = new Map(Object.entries(aliases))
  const alias = (name: string) => (named.has(name) ? `<${named.get(name)}>` : name)
  const compared = (expression: string) =>
    expression.replace(WHO_RUNS, (_all, who: string, name: string) => `${who}'${alias(name)}'`)
  const renamed = (catalog: Catalog) =>
    JSON.parse(JSON.stringify(catalog), (key, value) => {
      if (key === 'owner' || key === 'grantee') return alias(value)
      if (key === 'roles' || key === 'readers') return value.map(alias).sort()
      if ((key === 'using' || key === 'check') && value !== null) return compared(value)
      return value
    }) as Catalog
  return { renamed, compared }
}

function factsOf({ tables, views, definerFunctions }: Catalog): unknown[][] {
  return [
    ...tables.flatMap(({ id, ...table }) => [
      ['table', id, table.owner, table.kind, table.parents, table.rowSecurity, table.forced],
      ...table.columns.map((column) => ['column', id, pick(column, COLUMN)]),
      ...sorted(table.grants.map((grant) => ['grant', id, grant])),
      ...table.sequences.map(({ grants: rights, ...rest }) => ['sequence', id, rest, sorted(rights)]),
      ...table.foreignKeys.map((key) => ['foreign key', id, pick(key, FOREIGN_KEY)]),
      ...table.indexes.map((index) => ['index', id, pick(index, INDEX)]),
      ...table.checks.map((check) => ['check', id, pick(check, ['name', 'definition', 'validated'])]),
      ...table.policies.map((policy) => ['policy', id, pick(policy, POLICY)]),
      ...table.triggers.map((trigger) => ['trigger', id, pick(trigger, ['name', 'enabled', 'definition'])]),
    ]),
    ...views.map((view) => ['view', pick(view, VIEW)]),
    ...definerFunctions.map((one) => ['definer', pick(one, ['id', 'owner', 'body', 'settings'])]),
  ]
}

const COLUMN = ['name', 'type', 'baseType', 'nullable', 'default', 'identity', 'generated', 'comment']
const FOREIGN_KEY = ['name', 'columns', 'validated', 'deferrable', 'initiallyDeferred', 'target', 'onDelete']
const INDEX = ['name', 'unique', 'primary', 'valid', 'partial', 'columns', 'definition']
const POLICY = ['name', 'permissive', 'command', 'roles', 'using', 'check']
const VIEW = [
  'schema',
  'name',
  'id',
  'owner',
  'materialized',
  'securityInvoker',
  'reads',
  'readers',
  'definition',
]

const pick = (from: object, fields: readonly string[]) =>
  Object.fromEntries(fields.map((field) => [field, (from as Record<string, unknown>)[field]]))

function sorted<T>(list: T[]): T[] {
  return [...list].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}
