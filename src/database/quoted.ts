import pg from 'pg'

/** An identifier as SQL reads it. */
export const q = pg.escapeIdentifier

/** A table as the configuration names it, `threads` or `app.threads`, as SQL reads it. */
export function quotedTable(name: string): string {
  return name.split('.').map(q).join('.')
}
