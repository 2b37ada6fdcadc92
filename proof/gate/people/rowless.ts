import { type Config, ownedIn } from '../../../src/config/config.js'
import { literal, quotedTable } from '../../../src/database/quoted.js'
import { withClient } from '../../../src/database/with-client.js'
import type { Clone } from '../../postgres/throw-away.js'

/** No row in a gate has an id this high: a row that the app makes here gets an id that no user's row has. */
const FAR_UP = 900_000_000

/** Removes every owned row from a copy of the app's database. */
export async function takeOutRows({ adminUrl }: Clone, config: Config): Promise<void> {
  const tables = ownedIn(config).map(([name]) => quotedTable(name))
  const deletes = tables.map((table) => `delete from ${table}`)
  const sequences = `select setval(s.oid::regclass, ${FAR_UP}) from pg_class s
    join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i')
    where s.relkind = 'S' and d.refobjid in (${tables.map((table) => `to_regclass(${literal(table)})`).join(', ')})`
  await withClient(adminUrl, 'gate', (client) =>
    client.query(
      ['begin', 'set local session_replication_role = replica', ...deletes, sequences, 'commit'].join('; '),
    ),
  )
}
