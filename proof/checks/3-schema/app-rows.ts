import type { Gate } from '../../gate/gate.js'

/** table → a fingerprint of its rows, without the columns that usertwo added. */
export type AppRows = Map<string, string>

/** Returns fingerprints of the app's own rows: of every table outside usertwo's schema. */
export async function appRows({ database }: Pick<Gate, 'database'>): Promise<AppRows> {
  const tables = await database.sql<{ name: string; added: string[] }>(
    `select c.oid::regclass::text as name, coalesce(array_agg(a.attname::text) filter (
       where col_description(c.oid, a.attnum) = 'usertwo: added'), '{}') as added
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('information_schema', 'usertwo')
       and n.nspname not like 'pg\\_%' and obj_description(c.oid, 'pg_class') is distinct from 'usertwo: added'
     group by c.oid`,
  )
  const rows: AppRows = new Map()
  for (const { name, added } of tables) {
    const [found] = await database.sql<{ rows: string }>(
      `select count(*) || ' rows ' || coalesce(md5(string_agg(line, e'\\n' order by line)), '') as rows
       from (select (to_jsonb(t) - $1::text[])::text as line from ${name} t) lines`,
      [added],
    )
    rows.set(name, found!.rows)
  }
  return rows
}
