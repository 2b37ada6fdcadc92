import type { GateDatabase } from '../../../proof/gate/gate.js'
import type { Table } from '../../../src/database/catalog.js'
import { literal, q, qualified } from '../../../src/database/quoted.js'

const PASSWORD =
  /^(?:pw_?hash|pass(?:word)?|password_?(?:hash|digest)|hashed_?password|pass_?hash|hash|digest)$/i
const LOOKS_HASHED = /^(?:\$2[abxy]?\$|\$argon2|\$scrypt|scrypt[$:]|pbkdf2)/

/** A row of users that a registration has made. */
export interface MadeUser {
  key: string
  /** the unique column that holds the login name */
  name: string
  /** the column with the hash, and the hash */
  hash: { column: string; value: string }
  /** further unique columns that hold a fixed value of the form: a second registration would be refused */
  taken: string[]
}

/** The columns by which one row is found. */
export const uniqueColumns = ({ indexes, primaryKey }: Table): string[] =>
  indexes
    .filter(({ unique, valid, partial, columns }) => unique && valid && !partial && columns.length === 1)
    .flatMap(({ columns: [column] }) => (column && column !== primaryKey[0] ? [column] : []))

/** Says why a column does not lead to one row. */
export function notUniqueText({ name, indexes }: Pick<Table, 'name' | 'indexes'>, column: string): string {
  const lower = new RegExp(`\\(lower\\(\\(?"?${column}"?\\)?(?:::text)?\\)\\)`)
  return indexes.some(({ unique, definition }) => unique && lower.test(definition))
    ? `${name}.${column} is unique as lower(${column}) alone, and a lookup reads one row by the column itself: let the app lower the name before it stores or looks it up (${column} = $1), and add a unique index on ${column}`
    : `${name}.${column} is not unique, and a login reads one row by it: add a unique index`
}

/**
 * Finds the row of a user who has just registered.
 * @param more values of the further fields of the form
 * @returns why it says too little, in words
 */
export async function madeUser(
  { sql }: Pick<GateDatabase, 'sql'>,
  people: Table,
  { email, password }: { email: string; password: string },
  more: readonly string[],
): Promise<MadeUser | string> {
  const texts = people.columns.filter(({ baseType }) => /char|text|citext/.test(baseType))
  const rows = await sql<{ row: Record<string, unknown> }>(
    `select to_jsonb(t) as row from ${qualified(people)} t where ${texts.map(({ name }) => `lower(${q(name)}::text) = lower($1)`).join(' or ') || 'false'}`,
    [email],
  )
  const [row, ...others] = rows.map((one) => one.row)
  if (!row || others.length) return `it stored no row of ${people.name} that holds ${email}`
  const holding = texts.filter(({ name }) => String(row[name]).toLowerCase() === email.toLowerCase())
  const unique = uniqueColumns(people)
  const name = holding.find((column) => unique.includes(column.name))
  if (!name) return notUniqueText(people, holding[0]!.name)
  const hashes = texts.filter((column) => {
    const value = row[column.name]
    return typeof value === 'string' && (LOOKS_HASHED.test(value) || PASSWORD.test(column.name))
  })
  const [hash, second] = hashes
  if (!hash || second)
    return hash
      ? `${hashes.map((one) => one.name).join(' and ')} of ${people.name} may each hold the hash`
      : `no column of ${people.name} holds a hash of the password`
  if (row[hash.name] === password)
    return `${people.name}.${hash.name} holds the password itself, not its hash`
  const salt = people.columns.find((column) => /salt/i.test(column.name) && row[column.name] !== null)
  if (salt)
    return `the hash has its salt in a column of its own (${salt.name}), and a gate gives the owner the hash alone`
  return {
    key: String(row[people.primaryKey[0]!]),
    name: name.name,
    hash: { column: hash.name, value: row[hash.name] as string },
    taken: unique.filter((column) => column !== name.name && more.includes(String(row[column]))),
  }
}

/** SQL that gives the owner the hash of a password that is made up. */
export function passwordSql(
  people: Table,
  ownerId: number | string,
  { column, value }: MadeUser['hash'],
): string {
  return `-- The owner's password in the copies of gates, which log in by it. Never run this on a database that is served.
update ${qualified(people)} set ${q(column)} = ${literal(value)} where ${q(people.primaryKey[0]!)} = ${literal(ownerId)};
`
}
