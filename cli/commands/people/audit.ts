import type { Knex } from 'knex'
import { loadProject } from '../../../proof/gate/project.js'
import type { Config } from '../../../src/config/config.js'
import { nameDigest } from '../../../src/phases/4-auth/accounts/name-digest.js'
import {
  AUDIT_HEAD,
  type AuditFilter,
  allNoted,
  auditLine,
  lastNoted,
} from '../../../src/phases/4-auth/admin/audit-rows.js'
import { assertSchema } from '../../claimed.js'
import { EXIT, implement } from '../../command.js'
import { databaseUrl, withDatabase } from '../../database.js'
import { userCommands } from '../../declared/users.js'
import { UsageError } from '../../usage-error.js'
import { userOf } from '../../users/who.js'

const MOST = 100
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 }

export const command = implement(userCommands.audit, async ({ values }) => {
  if (values.csv && values.json) throw new UsageError('audit: say --csv or --json, not both')
  const since = values.since === undefined ? undefined : momentOf(values.since)
  const { config } = await loadProject(values.config)
  return withDatabase(databaseUrl(values.database), async (db) => {
    await assertSchema(db)
    const user = values.user === undefined ? undefined : await idOf(db, config, values.user)
    await print(db, { user, kind: values.kind, since }, values)
    return EXIT.go
  })
})

async function print(
  db: Knex,
  filter: AuditFilter,
  { csv, json }: { csv: boolean; json: boolean },
): Promise<void> {
  if (csv) {
    console.log(AUDIT_HEAD)
    for await (const noted of allNoted(db, filter)) console.log(auditLine(noted))
    return
  }
  const rows = await lastNoted(db, filter, MOST)
  if (json) return console.log(JSON.stringify(rows, null, 2))
  for (const { at, event, user_id, ip_address, details } of rows) {
    const more = Object.keys(details).length > 0 ? JSON.stringify(details) : null
    const parts = [at.toISOString(), event, user_id !== null && `user ${user_id}`, ip_address, more]
    console.log(parts.filter(Boolean).join('  '))
  }
  if (rows.length === 0) console.log('Nothing was noted.')
}

/** The id of a user who is there, or of one who was removed: by the id, or by the name as the audit keeps it. */
async function idOf(db: Knex, config: Config, who: string): Promise<string> {
  try {
    return String(await userOf(db, config, who))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const removed = await db('usertwo.audit')
      .where('event', 'user_removed')
      .whereRaw(`details->'called' @> to_jsonb(?::text)`, [nameDigest(who)])
      .orderBy('id', 'desc')
      .first('user_id')
    if (removed) return String(removed.user_id)
    if (await db('usertwo.audit').whereRaw('user_id::text = ?', [who]).first('id')) return who
    throw new UsageError(`${error.message}. Of users removed by an earlier version only the id is known`)
  }
}

/** @throws UsageError */
function momentOf(given: string): Date {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(given) ?? []
  if (count) return new Date(Date.now() - Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS])
  const moment = new Date(given)
  if (/^\d{4}-\d\d-\d\d/.test(given) && !Number.isNaN(moment.getTime())) return moment
  throw new UsageError(`--since ${given}: how long ago (30m, 24h, 7d) or a day, e.g. --since 2026-01-31`)
}
