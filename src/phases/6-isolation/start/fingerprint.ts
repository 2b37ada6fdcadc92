import type { Queryable } from '../../../database/catalog/ask.js'
import { catalogFingerprint } from '../../../database/catalog/fingerprint.js'
import { ownSchema } from '../../../database/catalog/own-schema.js'
import { fingerprint } from '../../../record/fingerprints.js'
import type { Prints, SchemaNow } from '../../../record/record.js'
import { requestRoleOn } from '../schema/plan/identity.js'
import { readRequestRole } from './enforcement.js'

/** The app's schema for comparison with a record: the same for every copy of it, because role names are left out. */
export async function schemaNow(client: Queryable): Promise<SchemaNow> {
  const roles = await rolesOf(client)
  const own = await ownSchema(client, Object.keys(roles))
  const before = await printsBefore(client)
  const here = { print: await catalogFingerprint(client, roles), own: digest(own) }
  const older = [here, ...before].filter((one) => one.own === here.own).map(({ print }) => print)
  return { own, older }
}

/** The app's own schema at any phase, also below 6, where the request role does not exist yet. */
export async function appSchema(client: Queryable): Promise<Prints> {
  const role = await requestRoleOn(client)
  return ownSchema(client, [...(await tableOwners(client)), ...(role ? [role] : [])])
}

/** A fingerprint by 0.1.0, and one of the app's own schema at that time. */
interface PrintBefore {
  print: string
  own: string
}

const MARK = 'usertwo: schema before '

/**
 * Records the fingerprint of usertwo 0.1.0 for this database, before the first migration by a later version
 * changes it: a record made by 0.1.0 counts as long as the app's own schema is the same. Does nothing if that
 * was recorded, or if phase 6 has no schema yet.
 */
export async function notePrintBefore(client: Queryable): Promise<void> {
  const roles = await rolesOf(client).catch(() => null)
  if (!roles || (await printsBefore(client)).length > 0) return
  const own = digest(await ownSchema(client, Object.keys(roles)))
  const print = await catalogFingerprint(client, roles)
  await client.query(`comment on schema usertwo is '${MARK}${JSON.stringify({ print, own })}'`)
}

async function printsBefore(client: Queryable): Promise<PrintBefore[]> {
  const { rows } = await client.query<{ comment: string | null }>(
    `select pg_catalog.obj_description(oid, 'pg_namespace') as comment from pg_catalog.pg_namespace
     where nspname = 'usertwo'`,
  )
  const comment = rows[0]?.comment
  return comment?.startsWith(MARK) ? [JSON.parse(comment.slice(MARK.length)) as PrintBefore] : []
}

const digest = (own: Record<string, string>) =>
  fingerprint(
    Object.entries(own)
      .map((one) => one.join(' '))
      .sort()
      .join('\n'),
  )

/** The names of the request role and of the tables' owners, each with the word that replaces it. */
async function rolesOf(client: Queryable): Promise<Record<string, string>> {
  const role = await readRequestRole(client)
  const owners = await tableOwners(client)
  return { [role]: 'request role', ...Object.fromEntries(owners.map((owner) => [owner, 'owner'])) }
}

async function tableOwners(client: Queryable): Promise<string[]> {
  const { rows } = await client.query<{ owner: string }>(
    `select distinct pg_get_userbyid(c.relowner) as owner from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname not like 'pg\\_%' and n.nspname not in ('information_schema', 'usertwo')`,
  )
  return rows.map(({ owner }) => owner)
}
