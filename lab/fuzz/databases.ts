import type pg from 'pg'
import type { Clone, Databases, Urls } from '../../proof/postgres/throw-away.js'
import type { Config } from '../../src/config/config.js'
import { addedColumns } from '../../src/database/catalog.js'
import { q } from '../../src/database/quoted.js'
import { withClient } from '../../src/database/with-client.js'
import { rowsSql, tablesSql } from './fill.js'
import { columnsOf, FUZZ_TABLES, FUZZ_USERS, fuzzConfig, OWNER_ID, WRITABLE } from './schema.js'

/** The databases of a run, with their rows. */
export interface FuzzDatabases {
  /** A schema `only_N` for each user N, with the rows that N may see and no layer. */
  reference: Clone
  /** Every user's rows with nothing below the query layer: no policies, composite keys or stamps. */
  queryLayer: Clone
  /** Every user's rows, migrated like an app's database. */
  policies: Clone
  /** Returns the same databases with a fresh copy of `policies`, changed by SQL of a superuser. */
  changed(sql: string): Promise<FuzzDatabases>
  drop(): Promise<void>
}

/** Migrates an app's database to a phase. */
export type Migrate = (
  urls: Urls,
  config: Config,
  phase: number,
  options: { contract: boolean },
) => Promise<unknown>

/** Creates the three databases on a server. */
export async function fuzzDatabases(databases: Databases, migrate: Migrate): Promise<FuzzDatabases> {
  const { empty, everybody } = await templates(databases, migrate)
  const [reference, queryLayer, policies] = await Promise.all([
    databases.clone(empty),
    databases.clone(everybody),
    databases.clone(everybody),
  ])
  await run(reference.url, [...FUZZ_USERS.map((user) => ownDatabaseSql(user)), ownersSql()].join('\n'))
  await run(reference.adminUrl, FUZZ_USERS.map((user) => printSql(`only_${user}`)).join('\n'))
  // Without the toolkit, the columns that it added are not removed from results.
  await run(reference.url, await withClient(policies.url, 'fuzz', addedColumnsSql))
  await withClient(queryLayer.adminUrl, 'fuzz', withoutTheLayerBelow)
  const all = { reference, queryLayer, policies }
  return {
    ...all,
    changed: async (sql) => {
      const copy = await databases.clone(everybody)
      await run(copy.adminUrl, sql)
      const none = () => Promise.reject(new Error('this copy was changed already; change the first one'))
      return { ...all, policies: copy, changed: none, drop: copy.drop }
    },
    drop: async () => {
      for (const database of Object.values(all)) await database.drop()
    },
  }
}

type Templates = Promise<Record<'empty' | 'everybody', Awaited<ReturnType<Databases['template']>>>>
const made = new WeakMap<Databases, Templates>()

function templates(databases: Databases, migrate: Migrate): Templates {
  const before = made.get(databases)
  if (before) return before
  const now = Promise.all([
    databases.template('fuzz_own', async () => {}),
    databases.template('fuzz', async (urls) => {
      await run(urls.url, tablesSql())
      // The owner's labels reference posts that are inserted later, with the other users' rows.
      await run(urls.adminUrl, `set session_replication_role = replica; ${rowsSql([OWNER_ID])}`)
      await migrate(urls, fuzzConfig(), 6, { contract: true })
      const others = FUZZ_TABLES.filter((table) => table.owner !== null)
      await run(
        urls.adminUrl,
        rowsSql(
          FUZZ_USERS.filter((user) => user !== OWNER_ID),
          others,
        ),
      )
      // The queries set keys themselves, which another layer handles; both sides must accept them.
      await run(urls.adminUrl, keysAsGivenSql())
      await run(urls.adminUrl, printSql('public'))
    }),
  ]).then(([empty, everybody]) => ({ empty, everybody }))
  made.set(databases, now)
  return now
}

function keysAsGivenSql(): string {
  const verbs = ['update', 'delete']
  return FUZZ_TABLES.filter(({ owner }) => owner !== null)
    .flatMap(({ name, access }) => [
      `alter table ${name} disable trigger user`,
      ...(access === 'readable'
        ? verbs.map((verb) => `alter table ${name} enable trigger usertwo_forbids_${verb}`)
        : []),
    ])
    .join('; ')
}

function run(url: string, sql: string): Promise<unknown> {
  return withClient(url, 'fuzz', (client) => client.query(sql))
}

/**
 * Returns the SQL of a database for one user: their own rows, shared rows, and every user's rows of readable
 * tables, where a trigger allows changes only to the user's own rows. New rows belong to the user by default.
 */
function ownDatabaseSql(user: number): string {
  const readable = FUZZ_TABLES.filter((table) => table.access === 'readable')
  const shared = FUZZ_TABLES.filter((table) => !table.owner)
  const own = FUZZ_TABLES.filter((table) => table.owner && table.access !== 'readable')
  const [users, rest] = [
    own.filter((table) => table.name === 'users'),
    own.filter((table) => table.name !== 'users'),
  ]
  const stamps = WRITABLE.map(
    (table) => `alter table ${table.name} alter ${table.owner} set default ${user};`,
  )
  const guards = readable.map(
    ({ name, owner }) =>
      `create function own_${name}() returns trigger language plpgsql as $$ begin
         return case when old.${owner} <> ${user} then null when tg_op = 'DELETE' then old else new end;
       end $$;
       create trigger own before update or delete on ${name} for each row execute function own_${name}();
       alter table ${name} add constraint own check (${owner} = ${user}) not valid;`,
  )
  return `create schema only_${user}; set search_path = only_${user};
    ${tablesSql()}
    ${readable.map((table) => `alter table ${table.name} drop constraint ${table.name}_${table.owner}_fkey;`).join('\n')}
    ${rowsSql([user], users)} ${rowsSql(FUZZ_USERS, [...shared, ...readable])} ${rowsSql([user], rest)}
    ${stamps.join('\n')} ${guards.join('\n')} reset search_path;`
}

/**
 * Returns the SQL of what the owner's old code finds when the toolkit is gone: only the owner's rows, also of
 * readable tables.
 */
function ownersSql(): string {
  return `create schema owner_alone; set search_path = owner_alone;
    ${tablesSql()} alter table labels drop constraint labels_post_id_fkey;
    ${rowsSql([OWNER_ID])} reset search_path;`
}

/**
 * Returns the SQL of `fuzz_print(user)`, which prints a user's rows, and a hash of everything else, past both
 * layers: it runs as a superuser.
 */
function printSql(schema: string): string {
  const rows = (table: (typeof FUZZ_TABLES)[number], where: string) =>
    `(select string_agg('${table.name} ' || row(${columnsOf(table).join(', ')})::text, e'\\n' order by id) from ${schema}.${table.name} where ${where})`
  const owned = FUZZ_TABLES.filter((table) => table.owner !== null)
  const mine = owned.map((table) => rows(table, `${table.owner} = me`))
  const others = FUZZ_TABLES.map((table) => rows(table, table.owner ? `${table.owner} <> me` : 'true'))
  return `create function ${schema}.fuzz_print(me int, out mine text, out others text) language sql stable security definer
    as $$ select concat_ws(e'\\n', ${mine.join(', ')}), md5(concat_ws(e'\\n', ${others.join(', ')})) $$;`
}

/**
 * Returns the SQL that adds the toolkit's own columns of existing tables to the schema of the owner's old
 * code.
 */
async function addedColumnsSql(client: pg.Client): Promise<string> {
  const added = (await addedColumns(client)).filter(
    ({ column }) => !FUZZ_TABLES.some((table) => columnsOf(table).includes(column)),
  )
  const { rows } = await client.query<{ sql: string }>(
    `select format('alter table owner_alone.%I add %I %s default %s', c.relname, a.attname,
       format_type(a.atttypid, a.atttypmod), coalesce(pg_get_expr(d.adbin, d.adrelid), 'null')) as sql
     from pg_attribute a join pg_class c on c.oid = a.attrelid
     left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where (a.attrelid, a.attnum) in (select * from unnest($1::oid[], $2::int[])) order by a.attnum`,
    [added.map(({ tableOid }) => tableOid), added.map(({ attnum }) => attnum)],
  )
  return rows.map(({ sql }) => sql).join(';')
}

/** Removes everything below the query layer. */
async function withoutTheLayerBelow(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ sql: string }>(
    `select format('drop policy %I on %s', polname, polrelid::regclass) as sql from pg_policy
     union all select format('alter table %s disable row level security, no force row level security', oid::regclass)
       from pg_class where relrowsecurity
     union all select format('alter table %s drop constraint %I', conrelid::regclass, conname)
       from pg_constraint where contype = 'f' and condeferred and conname like 'usertwo%'
     union all select format('alter table %s alter %I drop default', adrelid::regclass, attname)
       from pg_attrdef d join pg_attribute a on a.attrelid = adrelid and attnum = adnum
       where pg_get_expr(adbin, adrelid) like '%uid()%'`,
  )
  // The connection layer removes these columns from results; without it they must not exist.
  const added = await addedColumns(client)
  const columns = added
    .filter(({ column }) => !FUZZ_TABLES.some((table) => columnsOf(table).includes(column)))
    .map(({ tableOid, column }) => ({ tableOid, column: q(column) }))
  for (const { sql } of rows) await client.query(sql)
  for (const { tableOid, column } of columns) {
    const found = await client.query<{ name: string }>('select $1::oid::regclass::text as name', [tableOid])
    await client.query(`alter table ${found.rows[0]!.name} drop column ${column} cascade`)
  }
}
