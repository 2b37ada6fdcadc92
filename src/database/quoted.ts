import pg from 'pg'

// The methods of Client, which every pg has; its exports of the same name exist only from 8.11.
const { escapeIdentifier, escapeLiteral } = pg.Client.prototype

/** Quotes an identifier for SQL. */
export const q: (name: string) => string = escapeIdentifier

/** Quotes a text for SQL; also an id, as the text it is compared with. */
export const literal = (value: string | number): string => escapeLiteral(String(value))

/** Quotes a relation of the catalog for SQL, whatever the search path: `"schema"."name"`. */
export function qualified({ schema, name }: { schema: string; name: string }): string {
  return `${q(schema)}.${q(name)}`
}

/** Quotes a list of columns for a statement. */
export function columnList(columns: readonly string[]): string {
  return columns.map(q).join(', ')
}

/** Quotes a table as named in the configuration, `threads` or `app.threads`; knex reads its `??` in the same way. */
export function quotedTable(name: string): string {
  return name
    .split('.')
    .map((part) => q(part.trim()))
    .join('.')
}
