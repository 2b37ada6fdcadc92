import { ownedIn } from '../../../config/config.js'
import { ConfigError } from '../../../core/config-error.js'
import type { Kit } from '../../../core/kit.js'
import { onePerApp } from '../../../core/one-per-app.js'
import type { Queryable } from '../../../database/catalog/ask.js'
import { type Catalog, findTable, readCatalog, type Table } from '../../../database/catalog.js'
import { literal, q, qualified, quotedTable } from '../../../database/quoted.js'
import { type LinkRoute, linkRoutes } from '../../../express/without-login/link-route.js'
import { MAY_LOG_IN } from '../accounts/users-table.js'

/** How the owner of a token is looked up. */
export interface LinkTable {
  /** finds rows of the tokens in `$1`: `token`, `owner` */
  text: string
  /** the name of the prepared statement */
  name: string
  /** whether a text can be a value of the token's column */
  fits(token: string): boolean
}

const known = onePerApp(() => new Map<string, LinkTable>())

/** @throws Error before the start has read the database */
export function linkTable(kit: Kit, { text }: LinkRoute): LinkTable {
  const found = known(kit).get(text)
  if (found) return found
  throw new Error(`${text}: the database has not been read yet`)
}

/**
 * Reads {@link linkTables} for the requests of this app, and runs each query once.
 * @throws ConfigError as that does, and for a query that fails, as where an owner column has another type than `users.id`
 */
export async function readLinkTables(kit: Kit, client: Queryable): Promise<void> {
  for (const [text, table] of await linkTables(kit, client)) {
    await client.query(table.text, [[]]).catch((error: Error) => {
      throw new ConfigError('usertwo.config', [
        `routes.links: "${text}": its owner cannot be looked up (${error.message})`,
      ])
    })
    known(kit).set(text, table)
  }
}

type Reader = Pick<Kit, 'config' | 'has'>

/**
 * Returns how the tokens of each link are looked up, by its text.
 * @throws ConfigError with every link whose table does not allow it
 */
export async function linkTables(kit: Reader, client: Queryable): Promise<Map<string, LinkTable>> {
  const catalog = await readCatalog(client)
  const wrong: string[] = []
  const tables = new Map<string, LinkTable>()
  for (const [at, link] of linkRoutes(kit.config).entries()) {
    const read = readLink(kit, catalog, link)
    if (typeof read === 'string') wrong.push(`routes.links: "${link.text}": ${read}`)
    else tables.set(link.text, { ...read, name: `usertwo_link_${at}` })
  }
  if (wrong.length > 0) throw new ConfigError('usertwo.config', wrong)
  return tables
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** The types of a token's column. Numbers can be guessed. */
const TYPES: Readonly<Record<string, (token: string) => boolean>> = {
  text: () => true,
  'character varying': () => true,
  uuid: (token) => UUID.test(token),
}

function readLink(kit: Reader, catalog: Catalog, link: LinkRoute): Omit<LinkTable, 'name'> | string {
  const { token } = link
  const table = findTable(catalog, link.table)
  if (!table) return `there is no table ${link.table}`
  const column = table.columns.find(({ name }) => name === token)
  if (!column) return `${link.table} has no column ${token}`
  const fits = TYPES[column.baseType]
  if (!fits)
    return `${link.table}.${token} is ${column.type}; a token is text or a uuid that the app makes at random`
  const index = ownUnique(table, token)
  if (index && isForEach(kit, catalog, table, index))
    return `${link.table}.${token} would be unique for each user alone: take ${index} out of tables.${link.table}.unique`
  if (!index)
    return `${link.table}.${token} has no unique index of its own, so that two rows may have one token: create unique index on ${quotedTable(link.table)} (${q(token)})`
  const owner = ownerOf(kit, catalog, link, table)
  if (typeof owner === 'string') return owner
  const { users } = kit.config
  const type = column.baseType === 'uuid' ? 'uuid' : 'text'
  const text =
    owner.column === null
      ? `select t.${q(token)}::text as token, ${literal(String(kit.config.owner.id))} as owner from ${qualified(table)} t where t.${q(token)} = any($1::${type}[])`
      : `select t.${q(token)}::text as token, u.${q(users.id)} as owner from ${qualified(table)} t ${owner.join}
        join ${quotedTable(users.table)} u on u.${q(users.id)} = ${owner.column}
        left join usertwo.credentials c on c.user_id = u.${q(users.id)}
        where t.${q(token)} = any($1::${type}[]) and ${MAY_LOG_IN}`
  return { text, fits }
}

/** A partial index over all rows that have a token is as good: null matches none. */
function ownUnique({ indexes }: Table, token: string): string | undefined {
  return indexes.find(
    ({ columns, unique, valid, partial, definition }) =>
      unique &&
      valid &&
      columns.length === 1 &&
      columns[0] === token &&
      (!partial ||
        new RegExp(`WHERE \\(?"?${token.replace(/\W/g, '\\$&')}"? IS NOT NULL\\)?$`).test(definition)),
  )?.name
}

/** `usertwo migrate up --contract` replaces what `tables.X.unique` names by a unique for each user. */
const isForEach = ({ config }: Reader, catalog: Catalog, table: Table, index: string): boolean =>
  ownedIn(config).some(([name, { unique }]) => unique?.includes(index) && findTable(catalog, name) === table)

interface OwnerColumn {
  /** SQL; null: no rows have an owner yet, as all are the owner's */
  column: string | null
  join: string
}

function ownerOf(
  kit: Reader,
  catalog: Catalog,
  { table: name, owner }: LinkRoute,
  table: Table,
): OwnerColumn | string {
  const via = typeof owner === 'object' ? owner.via : null
  const key =
    via === null ? null : table.foreignKeys.find(({ columns }) => columns.length === 1 && columns[0] === via)
  if (via !== null && !key) return `${name}.${via} references no row`
  const holder = key ? findTable(catalog, key.target.id) : table
  if (!holder) return `${key!.target.id} cannot be read`
  const [, owned] = ownedIn(kit.config).find(([one]) => findTable(catalog, one) === holder) ?? []
  const column = typeof owner === 'string' ? owner : owned?.owner
  if (column === undefined)
    return `${holder.name} has no owner column in \`tables\`: name it with \`owner\`, or the column that references a row with an owner, owner: { via: 'note_id' }`
  if (!holder.columns.some((one) => one.name === column)) {
    // Migrations add it in phase 6.
    if (owned?.owner === column && !kit.has('isolation')) return { column: null, join: '' }
    return `${holder.name} has no column ${column}`
  }
  const join = key ? `join ${qualified(holder)} p on p.${q(key.target.columns[0]!)} = t.${q(via!)}` : ''
  return { column: `${key ? 'p' : 't'}.${q(column)}`, join }
}
