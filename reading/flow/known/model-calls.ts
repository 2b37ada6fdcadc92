import { conditionsOf, widens } from '../conditions.js'
import { type Machine, runCallbacks } from '../machine.js'
import {
  allValues,
  type CallSite,
  type Condition,
  either,
  HANDLE,
  type ModelValue,
  OPAQUE,
  settled,
  textsOf,
  type Value,
} from '../values.js'
import { givenIn } from './given.js'

const READS =
  /^(find\w*|get(?!Repository|CustomRepository|TableName|Attributes|Connection|Driver)\w+|count\w*|aggregate|groupBy|sum|max|min|average|exists?\w*|query|createQueryBuilder|qb|select|from|paginate|scroll|stream|fetch\w*|where|all|relatedQuery)$/i
const MAKES =
  /^(create(?!QueryBuilder)\w*|bulkCreate|insert\w*|save\w*|findOrCreate|nativeInsert|persist\w*|build|add)$/
/** Methods that describe a model and run no query. */
const DESCRIBES =
  /^(init|associate|hasMany|hasOne|belongsTo\w*|add(Hook|Scope|Attribute)|before\w+|after\w+|hook|sync|drop|describe|getTableName|schema|unscoped|scope|knex|bindKnex|bind|relation\w*|getRepository|extend|getCustomRepository|define|hasAlias|as|fork|removeAttribute|isHierarchy|map|metadata|target|manager|getId|getReference|assign|new|flush|withTransaction|transaction)$/
export const CHANGES =
  /^(update\w*|destroy|delete\w*|softDelete|remove\w*|truncate|increment|decrement|upsert\w*|nativeDelete|nativeUpdate|patch\w*|del|restore|recover|merge|clear|set)$/
export const INCLUDES =
  /^(include|relations|populate|with|withGraph\w*|eager|joinRelated|leftJoinRelated|left\w*Select|inner\w*Select)$/

/** Returns the model of `sequelize.define('note', {…}, { tableName })`. */
export function defined(m: Machine, [first, , options]: Value[], site: CallSite): Value {
  const name = textsOf(first)[0]
  if (!name) return m.models.all().length ? either(m.models.all()) : HANDLE
  const table = options ? textsOf(m.get(options, 'tableName', site))[0] : undefined
  const known = m.models.byName(name)
  return known && !table ? known : m.models.add(name, table ?? known?.table ?? `${name}s`)
}

export function modelCall(m: Machine, of: ModelValue, name: string, args: Value[], site: CallSite): Value {
  if (name === 'extend' && args[0]) {
    const made: ModelValue = { ...of }
    if (args[0].kind === 'object') for (const [key, value] of args[0].properties) m.set(made, key, value)
    return made
  }
  if (DESCRIBES.test(name)) {
    runCallbacks(m, args, [HANDLE], site)
    return of
  }
  const makes = MAKES.test(name)
  const changes = CHANGES.test(name)
  if (!makes && !changes && !READS.test(name) && name !== '') {
    m.open(site, `calls ${of.name}.${name}, which is unknown`)
    return OPAQUE
  }
  if (name === '') return of
  const tables = new Set([of.table])
  for (const one of args) included(m, one, tables, site)
  const query = m.ask(site, { tables, writes: makes || changes, adds: makes })
  query.conditions.push(...(makes ? [] : keyed(args, name, site, m)))
  if (makes || /^upsert/.test(name)) query.given.push(...givenIn(args))
  query.widened = args.some((one) => one.kind === 'object' && widens('', [m.get(one, 'where', site)]))
  runCallbacks(m, args, [settled(query), settled(query)], site)
  return query
}

/** Returns the conditions in the arguments of `find`, `update` and similar methods. */
function keyed(args: Value[], name: string, site: CallSite, m: Machine): Condition[] {
  const [first] = args
  if (!first) return []
  const withWhere = args.filter(
    (one) => one.kind === 'object' && one.properties.has('where') && !one.perhaps.has('where'),
  )
  if (withWhere.length) return conditionsOf(withWhere.map((one) => m.get(one, 'where', site)))
  if (name === 'from') return []
  if (/^(object|either|condition|list)$/.test(first.kind)) return conditionsOf([first])
  if (first.kind === 'text' && args.length > 1 && !/^(in|de)crement$/.test(name)) return conditionsOf(args)
  if (first.kind === 'text' && /QueryBuilder|^qb$/.test(name)) return []
  return [{ column: 'id', value: first }]
}

/**
 * Adds the tables of relations that are loaded too: `include: [Comment]`, `relations: { comments: true }`.
 */
function included(m: Machine, value: Value, tables: Set<string>, site: CallSite): void {
  if (value.kind !== 'object') return
  for (const [key, given] of value.properties)
    if (INCLUDES.test(key)) for (const name of relationsIn(m, given, site)) tables.add(name)
}

export function relationsIn(m: Machine, value: Value, site: CallSite): string[] {
  return allValues(value).flatMap((one): string[] => {
    if (one.kind === 'model') return [one.table]
    if (one.kind === 'class') return m.models.byClass(one) ? [m.models.byClass(one)!.table] : []
    if (one.kind === 'text')
      return one.text.split(/[[\],.\s]+/).flatMap((word) => m.models.byName(word)?.table ?? [])
    if (one.kind === 'list') return one.items.flatMap((item) => relationsIn(m, item, site))
    if (one.kind !== 'object') return []
    return [...one.properties].flatMap(([key, given]) => [
      ...(m.models.byName(key) ? [m.models.byName(key)!.table] : []),
      ...relationsIn(m, given, site),
    ])
  })
}
