import { conditionsOf } from '../conditions.js'
import { kindOf } from '../harmless.js'
import { type Machine, runCallbacks } from '../machine.js'
import { tagged } from '../tags.js'
import {
  type CallSite,
  either,
  HANDLE,
  listValue,
  OPAQUE,
  object,
  type PackageValue,
  textsOf,
  textValue,
  UNDEFINED,
  type Value,
} from '../values.js'
import { handleCall } from './queries.js'
import { makeApp, makeRouter } from './routers.js'

const COMPARES = /^(eq|ne|gt|gte|lt|lte|inArray|like|ilike|between|isNull|arrayContains)$/
const GIVES = /^(In|Equal|Like|ILike|Any|Raw|MoreThan\w*|LessThan\w*|Between|literal|col|cast|ref)$/

/**
 * Calls a function of a package, or a method of a value that the package returned: `new Pool()`,
 * `jwt.sign(…)`.
 */
export function packageCall(
  m: Machine,
  of: PackageValue,
  name: string,
  args: Value[],
  site: CallSite,
): Value {
  const path = name === '' ? of.path : [...of.path, name]
  const called = path.at(-1) ?? ''
  switch (kindOf(of.module)) {
    case 'express':
      if (called === 'Router' || (of.module !== 'express' && path.length === 0)) return makeRouter(m)
      return path.length === 0 || called === 'express' ? makeApp(m) : OPAQUE
    case 'database':
      // `pgPromise()` returns a function that creates handles; `knex(config)` returns a handle.
      if (of.module === 'pg-promise' && path.length === 0) return { ...of, path: ['()'] }
      // In slonik, `sql.type(schema)` returns a template tag.
      if (/^type(?:Alias)?$/.test(called) && path.includes('sql')) return { ...of, path: ['sql'] }
      return databaseCall(m, called, path, args, site)
    case 'harmless':
      return harmlessCall(m, of.module, called, args, site)
    default:
      m.open(site, `calls the package ${of.module}, which is unknown`)
      runCallbacks(m, args, [OPAQUE, OPAQUE, OPAQUE], site)
      return { ...of, path: [...path, '()'] }
  }
}

function databaseCall(m: Machine, called: string, path: string[], args: Value[], site: CallSite): Value {
  const [first = UNDEFINED] = args
  if (COMPARES.test(called) && first.kind !== 'text')
    return { kind: 'condition', conditions: conditionsOf(args) }
  if (called === 'and') return { kind: 'condition', conditions: conditionsOf([listValue(args)]) }
  if (/^(or|not)$/.test(called)) return { kind: 'condition', conditions: [] }
  if (GIVES.test(called)) return first
  if (/^(asc|desc|count|sum|min|max|avg)$/.test(called)) return OPAQUE
  if (called === 'sql' || called === 'SQL' || path.includes('sql')) return tagged(m, args, site)
  if (/^pg\w*Table$/.test(called)) {
    const table = textsOf(first)[0] ?? '?'
    return m.models.byTable(table) ?? m.models.add(table, table)
  }
  if (/^(EntitySchema|defineEntity)$/.test(called)) return declared(m, first, site)
  if (/^wrap$/.test(called)) return first
  if (called === 'QueryFile') return textValue(m.textOf(textsOf(first)[0] ?? '') ?? '?')
  if (path.includes('helpers') && /^(insert|update)$/.test(called)) {
    const table = textsOf(args.at(-1))[0] ?? '?'
    return textValue(called === 'insert' ? `insert into ${table} (?) values (?)` : `update ${table} set ?`)
  }
  if (path.includes('as') && called === 'format') return first
  if (path.length === 0 || /^(default|\(\)|knex|drizzle|Knex|Sequelize)$/.test(called)) return HANDLE
  return handleCall(m, called, args, site, true)
}

/** Returns the model of `new EntitySchema({ name, tableName })`. */
function declared(m: Machine, given: Value, site: CallSite): Value {
  const [name, table] = ['name', 'tableName'].map((key) => textsOf(m.get(given, key, site))[0])
  if (!name) return HANDLE
  return (
    m.models.byName(name) ?? m.models.add(name, table ?? name.replace(/(?!^)([A-Z])/g, '_$1').toLowerCase())
  )
}

function harmlessCall(m: Machine, module: string, called: string, args: Value[], site: CallSite): Value {
  const [first = UNDEFINED] = args
  if (/^(node:)?path$/.test(module) && /^(join|resolve)$/.test(called))
    return textValue(
      args
        .map((one) => textsOf(one)[0] ?? '?')
        .join('/')
        .replace(/\/\.?\/+/g, '/')
        .replace(/\/[^/]+\/\.\.(?=\/|$)/g, ''),
    )
  if (/^(node:)?path$/.test(module) && /^(basename|dirname|extname)$/.test(called)) return OPAQUE
  if (/^(node:)?fs(-extra|\/promises)?$/.test(module)) {
    if (/^readdir/.test(called))
      return listValue(
        m.filesIn(textsOf(first)[0] ?? '').map((one) => textValue(one)),
        m.depth,
      )
    if (/^readFile/.test(called)) return textValue(m.textOf(textsOf(first)[0] ?? '') ?? '?')
  }
  if (/^(promisify|callbackify)$/.test(called)) return first
  if (module === 'http-errors') return OPAQUE
  // A container creates an instance of the class that it is called with.
  if (first.kind === 'class' && /^(get|resolve|resolveInstance)$/.test(called))
    return m.construct(first, [], site)
  const entries = first.kind === 'list' ? either([...first.items, OPAQUE]) : OPAQUE
  const answers = runCallbacks(m, args, [entries, OPAQUE, OPAQUE], site)
  const functions = args.flatMap(functionsIn)
  if (
    /^(tap|get|pick|omit|cloneDeep|clone|merge|assign|keyBy|groupBy|sortBy|orderBy|uniq\w*|compact|flatten)$/.test(
      called,
    )
  )
    return first
  if (/^(map|mapSeries|reduce|each)$/.test(called) && answers.length)
    return listValue([], m.depth, either(answers))
  return functions.length ? { kind: 'opaque', functions } : nothing()
}

const nothing = (): Value => ({ kind: 'opaque', functions: [] })

function functionsIn(value: Value): Value[] {
  if (value.kind === 'function') return [value]
  if (value.kind === 'either') return value.of.flatMap(functionsIn)
  if (value.kind === 'opaque') return value.functions
  return value.kind === 'list' ? value.items.flatMap(functionsIn) : []
}

/** Evaluates `new` on a class of a package. */
export function packageNew(m: Machine, of: PackageValue, args: Value[], site: CallSite): Value {
  const name = of.path.at(-1) ?? ''
  if (kindOf(of.module) !== 'database') return packageCall(m, of, '', args, site)
  if (/^(EntitySchema|QueryFile)$/.test(name)) return databaseCall(m, name, of.path, args, site)
  runCallbacks(m, args, [HANDLE], site)
  return /^(ParameterizedQuery|PreparedStatement)$/.test(name) ? (args[0] ?? object()) : HANDLE
}
