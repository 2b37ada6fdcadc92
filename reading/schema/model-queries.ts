import { chainOf, speaksOfOwner } from '../owners/implicit-owner.js'
import type { Site } from '../owners/owner-ids.js'
import type { OwnerNames } from '../owners/owner-names.js'
import type { Source } from '../syntax/sources.js'
import { calledMember, isCall, nameOf } from '../syntax/syntax.js'
import { child, children, locate, type Node, traverse } from '../syntax/tree.js'
import type { DeclaredTable } from './schema-in-sql.js'

const READS =
  /^(find|findAll|findOne|findByPk|findById|findOneBy|findBy|findOneOrFail|findMany|findUnique|findUniqueOrThrow|findFirst|findFirstOrThrow|findAndCount|findAndCountAll|findAndCountBy|createQueryBuilder|count|countBy|aggregate|groupBy|sum|max|min)$/
const CHANGES =
  /^(update|updateMany|destroy|delete|deleteMany|softDelete|remove|truncate|increment|decrement|upsert)$/
const MAKES = /^(create|createMany|bulkCreate|insert|save|findOrCreate)$/

/** A query that is sent through a model, on the model's table. */
export interface ModelQuery extends Site {
  table: string
  writes: boolean
  /** whether any part of it names the owner */
  owned: boolean
}

/** Finds queries of Sequelize, TypeORM, Prisma, Objection and Drizzle. */
export function modelQueries(
  sources: readonly Source[],
  tables: readonly DeclaredTable[],
  names: OwnerNames,
): ModelQuery[] {
  const byModel = new Map(
    tables.flatMap(({ name, models }) => models.map((model) => [plainModel(model), name] as const)),
  )
  if (!byModel.size) return []
  return sources.flatMap(({ file, tree }) => {
    const found: ModelQuery[] = []
    traverse(tree, (node, parents) => {
      const member = isCall(node) ? calledMember(node) : null
      if (!member) return
      const [first] = children(node, 'arguments')
      const given = first?.type === 'Identifier' ? byModel.get(plainModel(nameOf(first)!)) : undefined
      const drizzle = given && /^(from|update|delete|insert)$/.test(member.name) ? given : undefined
      const table = drizzle ?? byModel.get(plainModel(modelName(member.of)))
      const writes = CHANGES.test(member.name) || MAKES.test(member.name)
      if (!table || !(drizzle || writes || READS.test(member.name))) return
      // `notes.find((note) => …)` is an array's: a model takes an object or a key.
      if (member.name === 'find' && first && /Function/.test(first.type)) return
      found.push({
        at: locate(file, node),
        what: `${table}: ${member.name}`,
        table,
        writes: writes && member.name !== 'from',
        owned: MAKES.test(member.name) || speaksOfOwner(chainOf(node, parents), names),
      })
    })
    return found
  })
}

/** Returns `Note` for `Note`, `db.Note`, `this.noteRepository`, `getRepository(Note)` and `Note.query()`. */
function modelName(node: Node): string {
  if (isCall(node)) {
    const member = calledMember(node)
    const first = children(node, 'arguments')[0]
    const name = nameOf(child(node, 'callee')) ?? member?.name ?? ''
    if (/^getRepository$/.test(name) && first?.type === 'Identifier') return nameOf(first)!
    if (member && /^(query|scope|unscoped|where)$/.test(name)) return modelName(member.of)
    return ''
  }
  const name = nameOf(node.type === 'Identifier' ? node : child(node, 'property')) ?? ''
  return name.replace(/(Repository|Repo|Model)$/, '')
}

export const plainModel = (name: string) =>
  name
    .replace(/[_\s]/g, '')
    .toLowerCase()
    .replace(/(?<=.)(entity|model)$/, '')
    .replace(/s$/, '')
