import { blindLines, blindSpots } from '../../proof/backup/blind-spots.js'
import { seeingAll } from '../../proof/backup/seeing-all.js'
import { DirectConnectionNeeded } from '../../src/database/startup-options.js'
import { withClient } from '../../src/database/with-client.js'
import { type Diagnosis, look, ok } from './diagnosis.js'

/**
 * Says whether a dump as this login holds every row: by pg_dump alone, as most backup jobs call it, and by `usertwo backup`.
 * Neither is wrong for an app that serves: another login may make its backups.
 */
export async function lookAtBackups(url: string): Promise<Diagnosis[]> {
  const { login, guarded } = await withClient(url, 'doctor', async (client) => {
    const { rows } = await client.query<{ login: string; guarded: number }>(
      `select session_user::text as login, (select count(*)::int from pg_catalog.pg_class c
         where c.relkind in ('r', 'p') and pg_catalog.row_security_active(c.oid)) as guarded`,
    )
    return rows[0]!
  })
  try {
    const blind = await seeingAll(url, blindSpots)
    if (blind.length > 0)
      return [
        look(
          'backup',
          `a dump as ${login} would lack rows: ${blindLines(blind).join('; ')}`,
          'usertwo backup FILE --admin postgres://admin:…@host/database; see docs/how-to/back-up.md',
        ),
      ]
  } catch (error) {
    if (!(error instanceof DirectConnectionNeeded)) throw error
    return [
      look(
        'backup',
        'not asked: a dump cannot be made through this PgBouncer',
        'usertwo backup FILE --database postgres://… past it, as the login that owns the tables; see docs/how-to/back-up.md',
      ),
    ]
  }
  if (guarded === 0) return [ok('backup', `a dump as ${login} holds every row`)]
  return [
    look(
      'backup',
      `pg_dump alone as ${login} does not: it fails at row security, and with --enable-row-security leaves out other users’ rows (${guarded} tables). \`usertwo backup\` as ${login} holds every row`,
      'let backup jobs run usertwo backup FILE; see docs/how-to/back-up.md',
    ),
  ]
}
