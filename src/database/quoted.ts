import pg from 'pg'

// The methods of Client, which every pg has: its exports of the same name came with 8.11.
const { escapeIdentifier, escapeLiteral } = pg.Client.prototype

/** An identifier as SQL reads it. */
export const q: (name: string) => string = escapeIdentifier

/** A text as SQL reads it. */
export const literal: (text: string) => string = escapeLiteral

/** A table as the configuration names it, `threads` or `app.threads`, as SQL reads it. */
export function quotedTable(name: string): string {
  return name.split('.').map(q).join('.')
}
