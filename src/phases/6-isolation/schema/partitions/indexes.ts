import { partitionsOf } from '../../../../database/catalog/partitions.js'
import type { Table } from '../../../../database/catalog.js'
import { q, qualified } from '../../../../database/quoted.js'
import type { Step } from '../step.js'

/** An index to build. */
export interface IndexToBuild {
  table: Table
  /** its name on the table, and on each partition: PostgreSQL would make up others */
  nameOn: (part: Table) => string
  unique: boolean
  /** what follows the table in the statement: `(user_id, id)` */
  columns: string
  /** what it is for, for the name of the step */
  title: string
}

const CONCURRENTLY: Pick<Step, 'kind' | 'lock' | 'risk' | 'transactional'> = {
  kind: 'expand',
  lock: 'share update exclusive, while it builds',
  risk: 'waits for older transactions; writes go on',
  transactional: false,
}

/**
 * Builds an index while writes go on. What an interrupted build left is dropped first. PostgreSQL builds none concurrently on
 * a partitioned table: there each partition gets its own, and an instant joins them.
 *
 * @param tables all tables of the catalog
 */
export function buildIndex(index: IndexToBuild, tables: readonly Table[]): Step[] {
  const { table, title } = index
  if (table.kind !== 'partitioned') return concurrently(index, table, title)
  const parts = partitionsOf(table, tables)
  const leaves = parts.filter(({ kind }) => kind !== 'partitioned')
  return [
    ...leaves.flatMap((leaf) => concurrently(index, leaf, `${title} on ${leaf.id}`)),
    {
      kind: 'expand',
      name: title,
      sql: joined(index, parts).join(';\n'),
      lock: 'share on the table and its partitions, an instant',
      risk: 'waits behind long transactions, with a short timeout',
      transactional: true,
    },
  ]
}

function concurrently({ nameOn, unique, columns }: IndexToBuild, part: Table, title: string): Step[] {
  const name = nameOn(part)
  const there = part.indexes.find((one) => one.name === name)
  if (there?.valid) return []
  const build: Step = {
    ...CONCURRENTLY,
    name: title,
    sql: `create ${unique ? 'unique ' : ''}index concurrently ${q(name)} on ${qualified(part)} ${columns}`,
  }
  if (!there) return [build]
  const sql = `drop index concurrently ${qualified({ schema: part.schema, name })}`
  return [{ ...build, name: `${part.id}: invalid index ${name} dropped`, sql }, build]
}

/** An index of a partitioned table, of exactly these of its partitions: PostgreSQL would take one of the app's own, too. */
function joined({ table, nameOn, unique, columns }: IndexToBuild, parts: readonly Table[]): string[] {
  const on = (part: Table) =>
    `create ${unique ? 'unique ' : ''}index ${q(nameOn(part))} on only ${qualified(part)} ${columns}`
  const indexOf = (part: Table) => qualified({ schema: part.schema, name: nameOn(part) })
  const above = (part: Table) => [table, ...parts].find(({ id }) => id === part.parents[0])!
  return [
    on(table),
    ...parts.flatMap((part) => [
      ...(part.kind === 'partitioned' ? [on(part)] : []),
      `alter index ${indexOf(above(part))} attach partition ${indexOf(part)}`,
    ]),
  ]
}
