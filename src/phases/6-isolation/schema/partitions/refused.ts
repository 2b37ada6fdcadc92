import { partitionsOf, wholeOf } from '../../../../database/catalog/partitions.js'
import type { Table } from '../../../../database/catalog.js'

/**
 * Returns why a table cannot have an owner because of the tables that it is made of, each with what to do.
 *
 * Inheritance is refused because PostgreSQL inherits neither keys nor uniques, foreign keys, indexes and triggers: an id may
 * be in the parent and in a child at once, and a foreign key to the parent does not find the rows of its children. What keeps
 * users apart rests on these.
 *
 * @param tables all tables of the catalog
 */
export function partsRefused(table: Table, owner: string, tables: readonly Table[]): string[] {
  const { id, kind, isPartition, parents } = table
  if (kind === 'foreign')
    return [`${id} is a foreign table; only tables of this database can have an owner, make it 'closed'`]
  if (isPartition)
    return [
      `${id} is a partition of ${parents[0]}; name ${wholeOf(table, tables).id} instead, its partitions go with it`,
    ]
  const heirs = tables.filter((one) => !one.isPartition && one.parents.includes(id)).map((one) => one.id)
  const how =
    "make them partitions of a partitioned table, or tables of their own (alter table … no inherit …), or make them 'closed'"
  return [
    ...(parents.length
      ? [`${id} inherits from ${parents.join(', ')}, and keys are not inherited; ${how}`]
      : []),
    ...(heirs.length ? [`${heirs.join(', ')} inherit from ${id}, and keys are not inherited; ${how}`] : []),
    ...[table, ...partitionsOf(table, tables)].flatMap((part) => partitionRefused(part, owner)),
  ]
}

function partitionRefused({ id, kind, parents, partitioned }: Table, owner: string): string[] {
  if (kind === 'foreign')
    return [
      `${id}, a partition of ${parents[0]}, is a foreign table, which has no row security; detach it, or make ${parents[0]} 'closed'`,
    ]
  if (!partitioned || partitioned.by === 'hash' || partitioned.hasDefault) return []
  if (!partitioned.own.includes(owner)) return []
  return [
    `${id} is partitioned by its owner column ${owner}, and no partition takes the rows of a new user; add one: create table … partition of ${id} default`,
  ]
}
