import { createHash } from 'node:crypto'
import { ADDED, readCatalog, type Table } from '../catalog.js'
import type { Queryable } from './ask.js'

/** The prefix of names that usertwo made in the app's schemas. */
const OURS = /^(?:0_)?usertwo_/

/**
 * Returns a fingerprint of each table, view and security definer function that the app itself has made, by name. It is
 * the same on PostgreSQL 13 to 18, and whatever version of usertwo migrated the database: columns, keys, policies,
 * triggers and rights that usertwo added do not count, and neither do partitions. Each start verifies those separately.
 *
 * @param roles names of the login, the tables' owner and the request role: their rights differ between copies
 */
export async function ownSchema(
  client: Queryable,
  roles: readonly string[],
): Promise<Record<string, string>> {
  const { tables, views, definerFunctions } = await readCatalog(client)
  const isOurs = new Set(roles)
  const facts: [string, unknown][] = [
    // An app adds a partition each month: its shape is that of the table that it is a part of.
    ...tables.filter(({ columns, isPartition }) => !isMade(columns) && !isPartition).map(tableFacts(isOurs)),
    ...views.map(({ id, materialized, securityInvoker, reads, readers, definition }): [string, unknown] => [
      `view ${id}`,
      [materialized, securityInvoker, [...reads].sort(), others(readers, isOurs), normalised(definition)],
    ]),
    ...definerFunctions
      .filter(({ id }) => !OURS.test(id.replace(/^[^.]*\./, '')))
      .map(({ id, body, settings }): [string, unknown] => [`function ${id}`, [body, settings]]),
  ]
  return Object.fromEntries(facts.map(([name, value]) => [name, print(value)]))
}

const print = (value: unknown) =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)

/** Whether usertwo itself made a table: every column is its own. */
const isMade = (columns: Table['columns']) => columns.length > 0 && columns.every(isAdded)
const isAdded = ({ comment }: Pick<Table['columns'][number], 'comment'>) =>
  comment?.startsWith(ADDED) ?? false

const others = (roles: readonly string[], ours: ReadonlySet<string>) =>
  roles.filter((role) => !ours.has(role)).sort()

/**
 * An expression as every version of the server would print it: 16 omits the table before an unambiguous
 * column, and before 14 `extract` is a function.
 */
const normalised = (sql: string) =>
  sql
    .replace(/\bdate_part\('(\w+)'::text, /gi, 'EXTRACT($1 FROM ')
    .replace(/(?<![\w"'])(?:\w+|"[^"]+")\.(?=[\w"])/g, '')
    .replace(/\s+/g, ' ')
    .trim()

/** PostgreSQL 17 gives an owner a right that no request uses. */
const NO_RIGHT_BEFORE_17 = 'MAINTAIN'

function tableFacts(ours: ReadonlySet<string>) {
  const granted = (grants: Table['grants']) =>
    sorted(grants.filter(({ grantee, privilege }) => !ours.has(grantee) && privilege !== NO_RIGHT_BEFORE_17))
  return (table: Table): [string, unknown] => {
    const added = new Set(table.columns.filter(isAdded).map(({ name }) => name))
    const named = <Named extends { name: string }>(list: readonly Named[]) =>
      sorted(list.filter(({ name }) => !OURS.test(name)))
    return [
      `table ${table.id}`,
      {
        kind: table.kind,
        parents: [...table.parents].sort(),
        columns: table.columns
          .filter(({ name }) => !added.has(name))
          .map(({ name, type, nullable, default: value, identity, generated }) => [
            name,
            type,
            nullable,
            // usertwo sets the default of the owner column.
            !value || value.includes('usertwo.') ? null : normalised(value),
            identity,
            generated,
          ]),
        grants: granted(table.grants),
        sequences: sorted(
          table.sequences
            .filter(({ column }) => !added.has(column))
            .map(({ schema, name, column, grants }) => [schema, name, column, granted(grants)]),
        ),
        foreignKeys: named(table.foreignKeys).map(({ name, columns, target, onDelete }) => [
          name,
          columns,
          target.id,
          target.columns,
          onDelete,
        ]),
        indexes: named(table.indexes)
          .filter(({ columns }) => !columns.some((column) => column !== null && added.has(column)))
          .map(({ name, unique, valid, definition }) => [name, unique, valid, normalised(definition)]),
        checks: named(table.checks).map(({ name, definition }) => [name, normalised(definition)]),
        policies: named(table.policies).map(({ name, command, permissive, using, check }) => [
          name,
          command,
          permissive,
          using && normalised(using),
          check && normalised(check),
        ]),
        triggers: named(table.triggers).map(({ name, enabled, definition }) => [
          name,
          enabled,
          normalised(definition),
        ]),
      },
    ]
  }
}

function sorted<T>(list: readonly T[]): T[] {
  return [...list].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}
