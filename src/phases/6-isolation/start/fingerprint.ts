import type { Queryable } from '../../../database/catalog/ask.js'
import { ownSchema } from '../../../database/catalog/own-schema.js'
import type { Prints } from '../../../record/record.js'
import { requestRoleOn } from '../schema/plan/identity.js'
import { readRequestRole } from './enforcement.js'

/** The app's schema for comparison with a record: the same for every copy of it, because role names are left out. */
export async function schemaNow(client: Queryable): Promise<Prints> {
  return ownSchema(client, [await readRequestRole(client), ...(await tableOwners(client))])
}

/** The app's own schema at any phase, also below 6, where the request role does not exist yet. */
export async function appSchema(client: Queryable): Promise<Prints> {
  const role = await requestRoleOn(client)
  return ownSchema(client, [...(await tableOwners(client)), ...(role ? [role] : [])])
}

async function tableOwners(client: Queryable): Promise<string[]> {
  const { rows } = await client.query<{ owner: string }>(
    `select distinct pg_get_userbyid(c.relowner) as owner from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname not like 'pg\\_%' and n.nspname not in ('information_schema', 'usertwo')`,
  )
  return rows.map(({ owner }) => owner)
}
