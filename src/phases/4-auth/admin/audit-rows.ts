import type { Knex } from 'knex'
import { csvLine } from '../privacy/csv.js'

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

export interface AuditFilter {
  /** as text, because a removed user can only be named by their id */
  user?: string
  kind?: string
  since?: Date
}

const PAGE = 5_000

const matching = (db: Knex, { user, kind, since }: AuditFilter) =>
  db('usertwo.audit').modify((query) => {
    if (user !== undefined) query.whereRaw('user_id::text = ?', [user])
    if (kind !== undefined) query.where('event', kind)
    if (since !== undefined) query.where('at', '>=', since)
  })

/**
 * Returns the last of them, the newest at the end.
 * @param before only those that are older than the event of this id
 */
export async function lastNoted(
  db: Knex,
  filter: AuditFilter,
  most: number,
  before?: string,
): Promise<AuditRow[]> {
  const query = matching(db, filter).orderBy('id', 'desc').limit(most)
  if (before !== undefined) query.where('id', '<', before)
  const rows: AuditRow[] = await query.select('*')
  return rows.reverse()
}

/** All of them, the oldest first, page by page: there may be more than fit into memory. */
export async function* allNoted(db: Knex, filter: AuditFilter): AsyncGenerator<AuditRow> {
  for (let after = '0'; ; ) {
    const page = matching(db, filter).where('id', '>', after).orderBy('id').limit(PAGE)
    const rows: AuditRow[] = await page.select('*')
    yield* rows
    if (rows.length < PAGE) return
    after = rows.at(-1)!.id
  }
}

const COLUMNS = ['at', 'event', 'user_id', 'actor_id', 'ip_address', 'details'] as const

export const AUDIT_HEAD = csvLine(COLUMNS)

/** An event as a line of CSV. */
export const auditLine = (noted: AuditRow): string =>
  csvLine([
    noted.at.toISOString(),
    noted.event,
    ...[noted.user_id, noted.actor_id, noted.ip_address].map((value) =>
      value === null ? null : String(value),
    ),
    Object.keys(noted.details).length > 0 ? JSON.stringify(noted.details) : null,
  ])
