import pg from 'pg'

// The methods of Client, which every pg has: its exports of the same name came with 8.11.
const { escapeIdentifier, escapeLiteral } = pg.Client.prototype

/** An identifier as SQL reads it. */
export const q: (name: string) => string = escapeIdentifier

/** A text as SQL reads it; an id too, as the text it is compared with. */
export const literal = (value: string | number): string => escapeLiteral(String(value))

/** A relation of the catalog as SQL reads it, whatever the search path: `"schema"."name"`. */
export function qualified({ schema, name }: { schema: string; name: string }): string {
  return `${q(schema)}.${q(name)}`
}

/** Columns as a statement lists them. */
export function columnList(columns: readonly string[]): string {
  return columns.map(q).join(', ')
}

/** A table as the configuration names it, `threads` or `app.threads`, as SQL reads it; knex reads its `??` so too. */
export function quotedTable(name: string): string {
  return name
    .split('.')
    .map((part) => q(part.trim()))
    .join('.')
}
