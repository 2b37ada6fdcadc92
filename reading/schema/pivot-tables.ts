import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf, propertiesOf, textOf } from '../syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../syntax/tree.js'
import type { DeclaredTable } from './schema-in-sql.js'

/** Finds pivot tables that only an ORM relation names. Their columns are those of the relation. */
export function pivotTables(sources: readonly Source[]): DeclaredTable[] {
  const found = new Map<string, DeclaredTable>()
  for (const { file, tree } of sources)
    traverse(tree, (node) => {
      const pivot = ofCall(node) ?? ofThrough(node) ?? ofOption(node)
      const name = pivot?.name.split('.').at(-1)
      if (!pivot || !name || found.has(name)) return
      const { columns, references } = pivot
      found.set(name, { name, at: locate(file, node), columns, references, models: [], asked: true })
    })
  return [...found.values()]
}

type Pivot = Pick<DeclaredTable, 'name' | 'columns' | 'references'>

const option = (node: Node | null, name: string) =>
  propertiesOf(node).find(({ key }) => key === name)?.value ?? null

/**
 * Reads a relation of Sequelize, `Post.belongsToMany(Tag, { through: 'post_tags' })`, or of Bookshelf,
 * `this.belongsToMany(Tag, 'post_tags', 'post_id')`.
 */
function ofCall(node: Node): Pivot | null {
  if (!isCall(node)) return null
  const [first, second, ...keys] = children(node, 'arguments')
  const columns = (given: (Node | null)[]) => given.flatMap((one) => textOf(one) ?? [])
  // TypeORM: `@JoinTable({ name: 'post_tags' })`
  if (nameOf(child(node, 'callee')) === 'JoinTable') {
    const name = textOf(first ?? null) ?? textOf(option(first ?? null, 'name'))
    return name ? { name, columns: [], references: new Map() } : null
  }
  if (calledMember(node)?.name !== 'belongsToMany') return null
  const named = textOf(second ?? null)
  if (named) return { name: named, columns: columns(keys.slice(0, 2)), references: new Map() }
  const through = option(second ?? null, 'through')
  const name = textOf(through) ?? textOf(option(through, 'model'))
  if (!name) return null
  const key = (of: string) => {
    const value = option(second ?? null, of)
    return textOf(value) ?? textOf(option(value, 'name')) ?? textOf(option(value, 'fieldName'))
  }
  return {
    name,
    columns: [key('foreignKey'), key('otherKey')].filter((one) => one !== null),
    references: new Map(),
  }
}

/**
 * Reads a relation of Objection: `join: { from: 'posts.id', through: { from: 'post_tags.post_id', to:
 * 'post_tags.tag_id' }, to: 'tags.id' }`.
 */
function ofThrough(node: Node): Pivot | null {
  const through = option(node, 'through')
  const ends = ['from', 'to'].flatMap((end) => {
    const inside = endOf(option(through, end))
    return inside ? [{ ...inside, target: endOf(option(node, end))?.table }] : []
  })
  const [first] = ends
  if (!first) return null
  return {
    name: first.table,
    columns: ends.map(({ column }) => column),
    references: new Map(ends.flatMap(({ column, target }) => (target ? [[column, target]] : []))),
  }
}

function endOf(node: Node | null): { table: string; column: string } | null {
  const parts = textOf(node)?.split('.') ?? []
  return parts.length < 2 ? null : { table: parts.slice(0, -1).join('.'), column: parts.at(-1)! }
}

/** Reads a relation of MikroORM: `{ pivotTable: 'post_tags' }`. */
function ofOption(node: Node): Pivot | null {
  const name = textOf(option(node, 'pivotTable'))
  return name ? { name, columns: [], references: new Map() } : null
}
