import type { Queryable } from '../../database/catalog/ask.js'
import { catalogFingerprint } from '../../database/catalog/fingerprint.js'
import { readRequestRole } from './enforcement.js'

/** The shape of the app's schema, the same for every copy of it: role names are left out. */
export async function ownershipFingerprint(client: Queryable): Promise<string> {
  const role = await readRequestRole(client)
  const { rows } = await client.query<{ owner: string }>(
    `select distinct pg_get_userbyid(c.relowner) as owner from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname not like 'pg\\_%' and n.nspname not in ('information_schema', 'usertwo')`,
  )
  return catalogFingerprint(client, {
    [role]: 'request role',
    ...Object.fromEntries(rows.map(({ owner }) => [owner, 'owner'])),
  })
}
