import type { Knex } from 'knex'

/** An event, as `usertwo.audit` stores it. */
export interface AuditRow {
  id: string
  at: Date
  event: string
  user_id: string | number | null
  actor_id: string | number | null
  ip_address: string | null
  details: Record<string, unknown>
}

export interface Filter {
  /** as text, because a removed user can only be named by their id */
  user?: string
  kind?: string
  since?: Date
}

const PAGE = 5_000

const matching = (db: Knex, { user, kind, since }: Filter) =>
  db('usertwo.audit').modify((query) => {
    if (user !== undefined) query.whereRaw('user_id::text = ?', [user])
    if (kind !== undefined) query.where('event', kind)
    if (since !== undefined) query.where('at', '>=', since)
  })

/** The last of them, the newest at the end. */
export async function lastNoted(db: Knex, filter: Filter, most: number): Promise<AuditRow[]> {
  const rows: AuditRow[] = await matching(db, filter).orderBy('id', 'desc').limit(most).select('*')
  return rows.reverse()
}

/** All of them, the oldest first, page by page: there may be more than fit into memory. */
export async function* allNoted(db: Knex, filter: Filter): AsyncGenerator<AuditRow> {
  for (let after = '0'; ; ) {
    const page = matching(db, filter).where('id', '>', after).orderBy('id').limit(PAGE)
    const rows: AuditRow[] = await page.select('*')
    yield* rows
    if (rows.length < PAGE) return
    after = rows.at(-1)!.id
  }
}

const COLUMNS = ['at', 'event', 'user_id', 'actor_id', 'ip_address', 'details'] as const

export const CSV_HEAD = COLUMNS.join(',')

/** One line of RFC 4180. */
export function csvLine(noted: AuditRow): string {
  const cells: Record<(typeof COLUMNS)[number], unknown> = {
    ...noted,
    at: noted.at.toISOString(),
    details: Object.keys(noted.details).length > 0 ? JSON.stringify(noted.details) : '',
  }
  return COLUMNS.map((name) => cell(String(cells[name] ?? ''))).join(',')
}

const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.split('"').join('""')}"` : text)
