import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf, propertiesOf, templateOf, textOf } from '../syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../syntax/tree.js'
import { type DeclaredTable, tablesInSql, unqualified } from './schema-in-sql.js'

/**
 * Returns the tables that a source declares: in SQL texts, with migration builders, or as models of
 * Sequelize, TypeORM, Drizzle and Objection.
 */
export function tablesInSource({ file, tree }: Source): DeclaredTable[] {
  const found: DeclaredTable[] = []
  traverse(tree, (node, parents) => {
    const sql = templateOf(node, '?')
    if (sql && /create\s/i.test(sql)) found.push(...tablesInSql(sql, file, node.loc.start.line))
    const table = ofCall(node, parents, file) ?? ofEntity(node, file) ?? ofModelClass(node, file)
    if (table) found.push(table)
  })
  return found
}

function ofCall(node: Node, parents: readonly Node[], file: string): DeclaredTable | null {
  if (!isCall(node)) return null
  const [first, second, third] = children(node, 'arguments')
  const callee = nameOf(child(node, 'callee'))
  const member = calledMember(node)
  const name = textOf(first ?? null)
  const at = locate(file, node)
  if (name && callee === 'pgTable') {
    const model = nameOf(child(parents[0] ?? null, 'id'))
    return { name, at, ...ofObject(second), models: model ? [model] : [] }
  }
  if (name && member && /^createTable(IfNotExists)?$/.test(member.name)) {
    const columns = second?.type === 'ObjectExpression' ? ofObject(second) : ofBuilder(second)
    return { name, at, ...columns, models: [] }
  }
  if (name && member?.name === 'define' && second?.type === 'ObjectExpression') {
    const given = textOf(propertiesOf(third ?? null).find(({ key }) => key === 'tableName')?.value ?? null)
    const frozen = propertiesOf(third ?? null).some(({ key }) => key === 'freezeTableName')
    const model = nameOf(child(parents[0] ?? null, 'id'))
    const table = given ?? (frozen ? name : plural(name))
    return { name: table, at, ...ofObject(second), models: [...new Set([name, ...(model ? [model] : [])])] }
  }
  const model = member?.name === 'init' && first?.type === 'ObjectExpression' ? nameOf(member.of) : null
  const options = propertiesOf(second ?? null)
  if (!model || !options.some(({ key }) => /^(sequelize|modelName|tableName)$/.test(key))) return null
  const given = (key: string) => textOf(options.find((one) => one.key === key)?.value ?? null)
  return {
    name: given('tableName') ?? plural(given('modelName') ?? model),
    at,
    ...ofObject(first),
    models: [model],
  }
}

const plural = (name: string) =>
  /s$/i.test(name) ? name : /[^aeiou]y$/i.test(name) ? name.replace(/y$/i, 'ies') : `${name}s`

/** Returns the columns of `{ title: { type, references: { model } }, … }`. */
function ofObject(node: Node | undefined): Pick<DeclaredTable, 'columns' | 'references'> {
  const references = new Map<string, string>()
  const columns = propertiesOf(node ?? null).map(({ key, value }) => {
    const to = propertiesOf(value).find((one) => one.key === 'references')?.value ?? null
    const target =
      textOf(to) ??
      textOf(propertiesOf(to).find((one) => /^(model|table|tableName)$/.test(one.key))?.value ?? null)
    if (target) references.set(key, unqualified(target.split(/[(\s]/)[0]!).replaceAll('"', ''))
    return (value && isCall(value) ? columnOf(value) : null) ?? key
  })
  return { columns, references }
}

/** Returns the name passed to a column builder: `text('title').notNull()`. */
function columnOf(call: Node): string | null {
  const member = calledMember(call)
  if (member && isCall(member.of)) return columnOf(member.of)
  return textOf(children(call, 'arguments')[0] ?? null)
}

/** Returns the columns of `(t) => { t.increments(); t.integer('user_id').references('users.id') }`. */
function ofBuilder(node: Node | undefined): Pick<DeclaredTable, 'columns' | 'references'> {
  const columns: string[] = []
  const references = new Map<string, string>()
  const parameter = nameOf(children(node ?? null, 'params')[0] ?? null)
  if (node && parameter)
    traverse(node, (call, parents) => {
      const member = isCall(call) ? calledMember(call) : null
      if (!member || nameOf(member.of) !== parameter) return
      const first = textOf(children(call, 'arguments')[0] ?? null)
      if (/^(increments|bigIncrements)$/.test(member.name)) columns.push(first ?? 'id')
      else if (member.name === 'timestamps') columns.push('created_at', 'updated_at')
      else if (
        first &&
        !/^(unique|index|primary|foreign|drop\w+|comment|setNullable|check\w*)$/.test(member.name)
      )
        columns.push(first)
      const target = first && targetOf(call, parents)
      if (target) references.set(first, target)
    })
  return { columns, references }
}

/**
 * Returns the table that a column's chain references: `.references('id').inTable('users')`,
 * `.references('users.id')`.
 */
function targetOf(call: Node, parents: readonly Node[]): string | null {
  let top = call
  let target: string | null = null
  for (let at = 0; at + 1 < parents.length; at += 2) {
    const [member, outer] = [parents[at]!, parents[at + 1]!]
    if (child(member, 'object') !== top || child(outer, 'callee') !== member) break
    const named = textOf(children(outer, 'arguments')[0] ?? null)
    const name = nameOf(child(member, 'property'))
    if (name === 'inTable' && named) target = unqualified(named)
    if (name === 'references' && named?.includes('.')) target = named.split('.').at(-2)!
    top = outer
  }
  return target
}

/** Reads `@Entity('notes') class Note { @Column() title }`. */
function ofEntity(node: Node, file: string): DeclaredTable | null {
  if (!/^Class(Declaration|Expression)$/.test(node.type)) return null
  const called = (one: Node) => child(one, 'expression')
  const decorator = children(node, 'decorators')
    .map(called)
    .find((one) => nameOf(child(one, 'callee')) === 'Entity')
  const model = nameOf(child(node, 'id'))
  if (!decorator || !model) return null
  const [first] = children(decorator, 'arguments')
  const named =
    textOf(first ?? null) ??
    textOf(propertiesOf(first ?? null).find(({ key }) => /^(name|tableName)$/.test(key))?.value ?? null)
  const fields = children(child(node, 'body'), 'body').flatMap((field) => {
    const is = children(field, 'decorators').map((one) => nameOf(child(called(one), 'callee')) ?? '')
    const name = nameOf(child(field, 'key'))
    return name
      ? [
          {
            name,
            column: is.some((one) => /Column$|DateColumn$/.test(one)),
            one: is.some((one) => /^(ManyToOne|OneToOne)$/.test(one)),
            field,
          },
        ]
      : []
  })
  const references = new Map(
    fields.flatMap(({ name, one, field }) => (one ? [[`${name}Id`, relatedTo(field)] as const] : [])),
  )
  return {
    name: named ?? model.replace(/(?!^)([A-Z])/g, '_$1').toLowerCase(),
    at: locate(file, node),
    columns: [...fields.flatMap(({ name, column }) => (column ? [name] : [])), ...references.keys()],
    references,
    models: [model],
  }
}

function relatedTo(field: Node): string {
  let target = ''
  for (const decorator of children(field, 'decorators'))
    traverse(decorator, (node) => {
      if (!target && node.type === 'ArrowFunctionExpression') target = nameOf(child(node, 'body')) ?? ''
    })
  return target.replace(/(?!^)([A-Z])/g, '_$1').toLowerCase()
}

/** Reads `class Note extends Model { static tableName = 'notes' }` of Objection, or the same as a getter. */
function ofModelClass(node: Node, file: string): DeclaredTable | null {
  if (!/^Class(Declaration|Expression)$/.test(node.type) || !child(node, 'superClass')) return null
  const model = nameOf(child(node, 'id'))
  const field = children(child(node, 'body'), 'body').find(({ key }) => nameOf(key as Node) === 'tableName')
  if (!model || !field) return null
  let name = textOf(child(field, 'value'))
  if (!name)
    traverse(field, (one) => {
      if (one.type === 'ReturnStatement') name = textOf(child(one, 'argument'))
    })
  return name ? { name, at: locate(file, node), columns: [], references: new Map(), models: [model] } : null
}
