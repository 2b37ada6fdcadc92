import type { Table } from '../catalog.js'

/** Returns the partitions of a table, at every depth, each after the one that it is a part of. */
export function partitionsOf({ id }: Table, tables: readonly Table[]): Table[] {
  return tables
    .filter(({ isPartition, parents }) => isPartition && parents[0] === id)
    .flatMap((part) => [part, ...partitionsOf(part, tables)])
}

/** Returns the tables that hold the rows of a table: its partitions that are not partitioned again, or itself. */
export function leavesOf(table: Table, tables: readonly Table[]): Table[] {
  if (table.kind !== 'partitioned') return [table]
  return partitionsOf(table, tables).filter(({ kind }) => kind !== 'partitioned')
}

/** Returns the partitioned table that a partition is a part of, at the top; any other table itself. */
export function wholeOf(table: Table, tables: readonly Table[]): Table {
  const above = table.isPartition ? tables.find(({ id }) => id === table.parents[0]) : undefined
  return above ? wholeOf(above, tables) : table
}

/** Returns a table with its partitions. */
export const withPartitions = (table: Table, tables: readonly Table[]): Table[] => [
  table,
  ...partitionsOf(table, tables),
]
