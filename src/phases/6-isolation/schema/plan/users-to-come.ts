import { ADDED, type Catalog, type Column, type Table } from '../../../../database/catalog.js'
import type { UsersTable } from '../../../../database/migrations/users-table.js'

/** An oid that no table has: the object is not in the database yet. */
const NONE = 0

export const isToCome = ({ oid }: Table) => oid === NONE

/** The catalog as it will be once usertwo has made the users table, for an app without one. */
export function withUsersToCome(catalog: Catalog, users: UsersTable | undefined): Catalog {
  return !users || users.exists ? catalog : { ...catalog, tables: [...catalog.tables, tableOf(users)] }
}

/** As migrations/0301-users.sql makes it. */
function tableOf({ schema, name: table, id, idType }: UsersTable): Table {
  const column = (name: string, type: string, more: Partial<Column> = {}): Column => ({
    name,
    attnum: 0,
    type,
    baseType: type,
    isDomain: false,
    nullable: true,
    default: null,
    identity: null,
    generated: false,
    comment: null,
    ...more,
  })
  const key = {
    name: `${table}_pkey`,
    columns: [id],
    unique: true,
    primary: true,
    valid: true,
    partial: false,
  }
  return {
    oid: NONE,
    schema,
    name: table,
    id: `${schema}.${table}`,
    owner: '',
    kind: 'table',
    parents: [],
    isPartition: false,
    partitioned: null,
    rowSecurity: false,
    forced: false,
    columns: [
      column(id, idType, { nullable: false, identity: idType === 'integer' ? 'default' : null }),
      column('username', 'text'),
      column('created_at', 'timestamp with time zone', { nullable: false, default: 'now()' }),
      column('email', 'text', { comment: ADDED }),
      column('is_admin', 'boolean', { nullable: false, default: 'false', comment: ADDED }),
    ],
    sequences: [],
    grants: [],
    primaryKey: [id],
    foreignKeys: [],
    indexes: [{ ...key, definition: '' }],
    checks: [],
    policies: [],
    triggers: [],
  }
}
