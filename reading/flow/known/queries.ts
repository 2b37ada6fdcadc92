import { conditionsOf, inText, tablesNamed, widens } from '../conditions.js'
import { type Machine, placeOf, runCallbacks } from '../machine.js'
import { tagged } from '../tags.js'
import {
  allValues,
  type CallSite,
  either,
  HANDLE,
  listValue,
  OPAQUE,
  type QueryValue,
  type RowValue,
  settled,
  textsOf,
  UNDEFINED,
  type UnknownValue,
  type Value,
} from '../values.js'
import { givenIn } from './given.js'
import { CHANGES, defined, INCLUDES, modelCall, relationsIn } from './model-calls.js'
import { isStatement, readStatement } from './sql.js'

const NAMES_TABLE =
  /^(|from|into|table|join|(left|right|inner|full|cross)?(Outer)?Join\w*|selectFrom|insertInto|updateTable|deleteFrom|batchInsert|using)$/
const BUILDS =
  /^(select\w*|insert|update|delete|del|with\w*|distinct\w*|columns?|count|first|createQueryBuilder|queryBuilder|from|into|table)$/
const SENDS =
  /^(query|raw|any|many|manyOrNone|one|oneOrNone|oneFirst|maybeOne|none|result|each|map|multi|multiResult|func|unsafe|exec|execute|run|\$queryRaw|\$executeRaw|\$queryRawUnsafe|\$executeRawUnsafe)$/
const HANDLE_NAMES =
  /(?:^|\.)(?:db|knex\w*|trx|tx|pool|pg|conn(?:ection)?|database|sequelize|prisma|entityManager|em)$/i

/** Methods of models, which no database handle has. */
const MODEL_ONLY = /^(?:findAll|findByPk|findAndCountAll|findOrCreate|bulkCreate|destroy|findOne)$/

/** Evaluates a call on the database handle: `db('notes')`, `pool.query(…)`, `manager.find(Note)`. */
export function handleCall(
  m: Machine,
  name: string,
  args: Value[],
  site: CallSite,
  ofPackage = false,
): Value {
  const found = queryIn(m, name, args, site)
  if (found) return found
  const [first = UNDEFINED] = args
  if (name === 'define') return defined(m, args, site)
  if (/^(model|models|getRepository|repository)$/.test(name) && textsOf(first)[0])
    return m.models.byName(textsOf(first)[0]!) ?? HANDLE
  if (name === 'getCustomRepository' && first.kind === 'class') return m.construct(first, [], site)
  if (first.kind === 'list' && /transaction|batch/i.test(name))
    return listValue(first.items.map(settled), m.depth)
  if (
    (first.kind === 'row' || first.kind === 'query') &&
    /persist|save|remove|delete|insert|merge|assign|recover|upsert/i.test(name)
  ) {
    const of = first.kind === 'row' ? first.of : first
    m.ask(site, { tables: new Set(of.tables), writes: true, adds: true })
    return first
  }
  if (/^(create|insert|upsert)$/.test(name) && first.kind === 'class') return OPAQUE
  // `?` is a text that is not known: of a file that is not in the folder.
  const sent = allValues(first).flatMap((one) =>
    one.kind === 'object' ? allValues(m.get(one, 'text', site)) : [one],
  )
  const isText = sent.some((one) => one.kind === 'text' && !/^\?*$/.test(one.text))
  const isSent = sent.some(({ kind }) => /^(unknown|opaque|part|either|text)$/.test(kind))
  if (SENDS.test(name) && !ofPackage && args.length && !isText && isSent)
    m.open(site, `sends unknown SQL by ${name}()`)
  if (MODEL_ONLY.test(name)) m.open(site, `calls ${name}() of a model that is not known`)
  if (isText && /^(raw|\$?raw|literal|val|fn|ref|col|format)$/.test(name))
    return { kind: 'condition', conditions: inText(textsOf(first)[0]!, args.slice(1)) }
  if (!ofPackage && BUILDS.test(name)) return built(m, name, args, site)
  const answers = runCallbacks(m, args, [HANDLE, HANDLE, OPAQUE], site)
  if (
    /transaction|^(begin|task|tx|txIf|connect|run|withConnection|create|runInTransaction|transactional)$/i.test(
      name,
    ) &&
    answers.length
  )
    return either([...answers.map(settled)])
  return HANDLE
}

function built(m: Machine, name: string, args: Value[], site: CallSite): QueryValue {
  const query = m.ask(site, { writes: CHANGES.test(name) || name === 'insert', adds: name === 'insert' })
  if (/^with/.test(name)) withQuery(m, query, args, site)
  return query
}

/**
 * Reads `with('recent', (db) => db.selectFrom('notes'))`: the query reads `notes`, and `recent` is not a
 * table.
 */
function withQuery(m: Machine, query: QueryValue, args: Value[], site: CallSite): void {
  for (const name of textsOf(args[0])) query.ctes.add(name.split('(')[0]!)
  runCallbacks(m, args, [query], site)
}

/**
 * Returns the query that the arguments of a call hold as SQL, a model or a table name, or null if they hold
 * none.
 */
function queryIn(m: Machine, name: string, args: Value[], site: CallSite): Value | null {
  const [first = UNDEFINED, ...rest] = args
  const found: Value[] = []
  for (const one of allValues(first)) {
    const model = one.kind === 'model' ? one : one.kind === 'class' ? m.models.byClass(one) : null
    if (model && !/^(addScope|model|addModels)$/.test(name)) found.push(modelCall(m, model, name, rest, site))
    const fields = one.kind === 'object' ? [m.get(one, 'text', site), m.get(one, 'sql', site)] : [one]
    for (const sql of fields.flatMap(allValues)) {
      if (sql.kind !== 'text' || !isStatement(sql.text)) continue
      const values = one.kind === 'object' ? [m.get(one, 'values', site)] : rest
      found.push(m.ask(site, { ...readStatement(sql.text, values), at: sql.at ?? placeOf(site) }))
    }
  }
  if (!found.length && NAMES_TABLE.test(name) && args.length) {
    if (name === '' && !allValues(first).some(({ kind }) => /^(text|unknown|opaque|part|object)$/.test(kind)))
      return null
    if (name === '' && first.kind === 'list') return null
    const query = m.ask(site, {})
    addTables(query, first)
    if (/^(insertInto|batchInsert)$/.test(name)) Object.assign(query, { writes: true, adds: true })
    if (/^(updateTable|deleteFrom)$/.test(name)) query.writes = true
    found.push(query)
  }
  if (!found.length) return null
  const result = either(found)
  runCallbacks(m, rest, [OPAQUE, settled(result)], site)
  return result
}

function addTables(query: QueryValue, value: Value): void {
  const { names, known } = tablesNamed(value)
  for (const one of names) if (!query.ctes.has(one)) query.tables.add(one)
  if (!known) query.astray = true
}

/** Evaluates a call on a query builder. */
export function queryCall(m: Machine, of: QueryValue, name: string, args: Value[], site: CallSite): Value {
  const [first = UNDEFINED] = args
  if (/^(map|forEach|filter|reduce|tap|each|asCallback|find|some)$/.test(name)) {
    const answers = runCallbacks(m, args, [settled(of), OPAQUE], site)
    return name === 'map' && answers.length ? listValue([], m.depth, either(answers)) : settled(of)
  }
  if (/^with(?:Recursive|Materialized|NotMaterialized)?$/.test(name) && args.length > 1) {
    withQuery(m, of, args, site)
    return of
  }
  if (name === 'modify') {
    m.call(first, of, [of, ...args.slice(1)], site)
    return of
  }
  if (/^(toString|toSQL|toQuery|getQuery)$/.test(name)) return OPAQUE
  if (NAMES_TABLE.test(name) && name !== '') {
    const relation = textsOf(first).map((word) => m.models.byName(word.split('.').at(-1)!)?.table)
    if (relation.some(Boolean)) for (const table of relation) if (table) of.tables.add(table)
    if (!relation.some(Boolean)) addTables(of, first)
  }
  if (INCLUDES.test(name))
    for (const one of args) for (const table of relationsIn(m, one, site)) of.tables.add(table)
  if (/^(insert|insertGraph|values|insertAndFetch)$/.test(name)) {
    Object.assign(of, { writes: true, adds: true })
    of.given.push(...givenIn(args))
  } else if (CHANGES.test(name)) {
    of.writes = true
    if (name !== 'merge' && name !== 'set') of.adds = false
  }
  const isSure = m.depth <= of.depth
  if (/^(or|and)?where|^having|^find(ById|One|ByIds)|ById$|^filterWhere|^match/i.test(name)) {
    if (isSure && widens(name, args)) of.widened = true
    else if (isSure)
      of.conditions.push(...(/ById$/.test(name) ? [{ column: 'id', value: first }] : conditionsOf(args)))
  }
  runCallbacks(
    m,
    args
      .filter((one) => one.kind === 'function')
      .map((one) => (one.kind === 'function' ? { ...one, self: one.self ?? of } : one)),
    [of, of],
    site,
  )
  return of
}

/** Evaluates a call on rows that were read: a method of a list or of a model instance. */
export function rowCall(m: Machine, of: RowValue, name: string, args: Value[], site: CallSite): Value {
  if (
    /^(save|update|destroy|remove|delete|increment|decrement|patch|set[A-Z]\w*|add[A-Z]\w*|create[A-Z]\w*|softRemove)$/.test(
      name,
    )
  )
    m.ask(site, { tables: new Set(of.of.tables), writes: true, adds: true })
  const answers = runCallbacks(m, args, [of, OPAQUE, of], site)
  if (name === 'reduce' || name === 'map')
    return answers.length ? either([of, ...answers.filter(({ kind }) => kind === 'row')]) : of
  return of
}

/** Evaluates a call on an unknown value: a query if its arguments show one. */
export function unknownCall(
  m: Machine,
  of: UnknownValue,
  name: string,
  args: Value[],
  site: CallSite,
): Value {
  if (
    HANDLE_NAMES.test(of.why) &&
    (name === '' || BUILDS.test(name) || SENDS.test(name) || NAMES_TABLE.test(name))
  )
    return handleCall(m, name, args, site)
  const isTag = args[1]?.kind === 'list' && textsOf(args[0]).some(isStatement)
  const found = isTag ? tagged(m, args, site) : queryIn(m, name === '' ? '?' : name, args, site)
  if (found && !(found.kind === 'query' && found.astray)) return found
  const table = textsOf(args[0])[0]
  const model = table ? m.models.byTable(table) : null
  if (model && name === '') return m.ask(site, { tables: new Set([model.table]) })
  runCallbacks(m, args, [OPAQUE, OPAQUE, OPAQUE], site)
  m.open(site, `calls ${of.why}${name && !of.why.endsWith(name) ? `.${name}` : ''}, which is unknown`)
  return { kind: 'unknown', why: `${of.why}${name && `.${name}`}()` }
}
