import type pg from 'pg'
import { asLogin } from '../../proof/checks/8-rollout/as-login.js'
import { type Config, ownedIn } from '../../src/config/config.js'
import { ADDED, findTable, readCatalog } from '../../src/database/catalog.js'
import { requestRoleOf } from '../../src/database/login.js'
import { assertOwnerAlone, lossesOf } from '../../src/database/migrations/losses.js'
import { literal, q, qualified } from '../../src/database/quoted.js'
import { withClient } from '../../src/database/with-client.js'
import { giveBackLargeObjects, type MigrateUrls } from '../../src/migrate.js'
import { UID } from '../../src/phases/6-isolation/schema/plan/uid.js'
import { columnBefore, PER_USER, uniqueBefore } from '../../src/phases/6-isolation/schema/replaced.js'
import { NAME_PREFIX } from '../../src/phases/6-isolation/schema/step.js'

/** One thing that goes, or comes back. */
interface UndoStep {
  what: string
  sql: string
}

export interface SchemaUndo {
  steps: UndoStep[]
  /** data of usertwo's own that is deleted: `usertwo.credentials: 3` */
  lost: string[]
  /** rows of other users, which the app alone would show to everybody: nothing is undone while there are any */
  foreign: string[]
  /** what cannot come back by itself */
  byHand: string[]
  requestRole: string
  /** whether the steps were run */
  done: boolean
}

/**
 * Takes everything of usertwo out of the database, in one transaction, or says what that would do. The app's own keys,
 * uniques and defaults come back as they were.
 *
 * @throws SecondUserError when a user other than the owner could no longer log in
 */
export async function undoSchema(urls: MigrateUrls, config: Config, yes: boolean): Promise<SchemaUndo> {
  const plan = await asLogin(urls.url, async (client) => {
    await assertOwnerAlone(client, config.owner.id)
    return planUndo(client, config)
  })
  if (!yes || plan.foreign.length > 0 || plan.steps.length === 0) return plan
  // While the functions that it asks for are there.
  await giveBackLargeObjects(urls)
  await asLogin(urls.url, async (client) => {
    await client.query("begin; set local lock_timeout = '10s'")
    try {
      for (const { what, sql } of plan.steps)
        await client.query(sql).catch((cause: unknown) => {
          throw new Error(`${what}: ${(cause as Error).message}; nothing was changed`, { cause })
        })
      await client.query('commit')
    } catch (error) {
      await client.query('rollback')
      throw error
    }
  })
  if (urls.adminUrl)
    await withClient(urls.adminUrl, 'migrate', (client) => dropRole(client, plan.requestRole))
  return { ...plan, done: true }
}

/** Roles belong to the whole server: phases below 6 have none. */
async function dropRole(client: pg.Client, role: string): Promise<void> {
  const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role])
  if (rowCount) await client.query(`drop owned by ${q(role)}; drop role ${q(role)}`)
}

async function planUndo(client: pg.Client, config: Config): Promise<SchemaUndo> {
  const { rows } = await client.query<{ there: boolean; name: string; role: string | null }>(
    `select to_regnamespace('usertwo') is not null as there, current_database() as name,
      obj_description(to_regprocedure('usertwo.uid()'), 'pg_proc') as role`,
  )
  // A restored dump names the role of the database that it was made from.
  const requestRole = rows[0]!.role ?? requestRoleOf(rows[0]!.name)
  const nothing = { steps: [], lost: [], foreign: [], byHand: [], requestRole, done: false }
  if (!rows[0]!.there) return nothing
  const losses = await lossesOf(client, { to: 0, users: config.users, ownerId: config.owner.id })
  const [columns, uniques] = [await ownerColumns(client, config), await perUserUniques(client)]
  return {
    ...nothing,
    steps: [
      // First, because a table that is added has them too.
      ...(await rights(client, requestRole)),
      ...(await policies(client)),
      { what: 'schema usertwo, with its triggers and defaults', sql: 'drop schema usertwo cascade' },
      ...(await constraints(client)),
      ...uniques.steps,
      ...(await indexes(client)),
      ...columns.steps,
      ...(await added(client)),
    ],
    lost: losses.map(({ what, count }) => `${what}: ${count}`),
    foreign: await foreignRows(client, config),
    byHand: [...uniques.byHand, ...columns.byHand],
  }
}

/** Counts the rows of users other than the owner, by table. */
async function foreignRows(client: pg.Client, config: Config): Promise<string[]> {
  const catalog = await readCatalog(client)
  const found: string[] = []
  for (const [name, { owner }] of ownedIn(config)) {
    const table = findTable(catalog, name)
    if (!table?.columns.some((column) => column.name === owner)) continue
    const { rows } = await client.query<{ user: string; count: number }>(
      `select ${q(owner)}::text as user, count(*)::int as count from ${qualified(table)} where ${q(owner)}::text <> $1 group by 1 order by 1`,
      [String(config.owner.id)],
    )
    found.push(...rows.map(({ user, count }) => `${name}: ${count} of user ${user}`))
  }
  return found
}

async function policies(client: pg.Client): Promise<UndoStep[]> {
  const { rows } = await client.query<{ table: string; name: string; last: boolean }>(
    `select p.polrelid::regclass::text as table, p.polname::text as name,
      not exists (select from pg_policy o where o.polrelid = p.polrelid and not starts_with(o.polname::text, 'usertwo')) as last
    from pg_policy p join pg_class c on c.oid = p.polrelid
    where starts_with(p.polname::text, 'usertwo') and c.relnamespace <> 'usertwo'::regnamespace order by 1, 2`,
  )
  const tables = new Map(rows.map(({ table, last }) => [table, last]))
  return [
    ...rows.map(({ table, name }) => ({
      what: `${table}: policy ${name}`,
      sql: `drop policy ${q(name)} on ${table}`,
    })),
    ...[...tables].map(([table, last]) => ({
      what: `${table}: row security`,
      sql: `alter table ${table} no force row level security${last ? ', disable row level security' : ''}`,
    })),
  ]
}

/** Foreign keys before what they point to. */
async function constraints(client: pg.Client): Promise<UndoStep[]> {
  const { rows } = await client.query<{ table: string; name: string }>(
    `select conrelid::regclass::text as table, conname::text as name from pg_constraint
    where starts_with(conname::text, $1) and conrelid <> 0 and connamespace <> 'usertwo'::regnamespace
      and contype in ('f', 'c') and conparentid = 0 order by contype = 'f' desc, 1, 2`,
    [NAME_PREFIX],
  )
  return rows.map(({ table, name }) => ({
    what: `${table}: ${name}`,
    sql: `alter table ${table} drop constraint ${q(name)}`,
  }))
}

/** The uniques of the app come back before the column goes on which those per user hang. */
async function perUserUniques(client: pg.Client): Promise<Pick<SchemaUndo, 'steps' | 'byHand'>> {
  const { rows } = await client.query<{
    table: string
    index: string
    constraint: string | null
    comment: string
    gone: boolean
    definition: string
  }>(
    `select i.indrelid::regclass::text as table, i.indexrelid::regclass::text as index, k.conname::text as constraint,
      obj_description(i.indexrelid, 'pg_class') as comment, pg_get_indexdef(i.indexrelid) as definition,
      not exists (select from pg_index o join pg_class ox on ox.oid = o.indexrelid where o.indrelid = i.indrelid
        and ox.relname = split_part(substr(obj_description(i.indexrelid, 'pg_class'), length($1) + 1), e'\\n', 1)) as gone
    from pg_index i left join pg_constraint k on k.conindid = i.indexrelid and k.contype in ('u', 'p')
    where starts_with(obj_description(i.indexrelid, 'pg_class'), $1) order by 1, 2`,
    [PER_USER],
  )
  const byHand: string[] = []
  const steps = rows.flatMap(({ table, index, constraint, comment, gone, definition }): UndoStep[] => {
    const { name, made } = uniqueBefore(comment)!
    const drop = constraint ? `alter table ${table} drop constraint ${q(constraint)}` : `drop index ${index}`
    if (gone && made === null)
      byHand.push(
        `${table}: the unique ${name} was replaced before its definition was kept; make it again without the owner column: ${definition}`,
      )
    return [
      { what: `${table}: unique per user instead of ${name}`, sql: drop },
      ...(gone && made !== null ? [{ what: `${table}: ${name} comes back`, sql: made }] : []),
    ]
  })
  return { steps, byHand }
}

async function indexes(client: pg.Client): Promise<UndoStep[]> {
  const { rows } = await client.query<{ index: string }>(
    `select i.indexrelid::regclass::text as index from pg_index i join pg_class c on c.oid = i.indexrelid
    where starts_with(c.relname::text, $1) and c.relnamespace <> 'usertwo'::regnamespace
      and not starts_with(coalesce(obj_description(i.indexrelid, 'pg_class'), ''), $2)
      and not exists (select from pg_inherits where inhrelid = i.indexrelid) order by 1`,
    [NAME_PREFIX, PER_USER],
  )
  return rows.map(({ index }) => ({ what: `index ${index}`, sql: `drop index ${index}` }))
}

/** Owner columns of the app's own get back their defaults, and may be null again. */
async function ownerColumns(
  client: pg.Client,
  config: Config,
): Promise<Pick<SchemaUndo, 'steps' | 'byHand'>> {
  const catalog = await readCatalog(client)
  const [steps, byHand]: [UndoStep[], string[]] = [[], []]
  for (const [name, { owner }] of ownedIn(config)) {
    const table = findTable(catalog, name)
    const column = table?.columns.find((one) => one.name === owner)
    if (!table || !column || column.comment?.startsWith(ADDED)) continue
    const [at, { own, before }] = [qualified(table), columnBefore(column.comment)]
    if (!before) {
      if (column.default === UID)
        byHand.push(
          `${table.id}.${owner}: its default was replaced before it was kept; set it again: alter table ${at} alter column ${q(owner)} set default ${literal(String(config.owner.id))}`,
        )
      continue
    }
    const sql = [
      before.default === null
        ? []
        : [`alter table ${at} alter column ${q(owner)} set default ${before.default}`],
      before.nullable ? [`alter table ${at} alter column ${q(owner)} drop not null`] : [],
      [`comment on column ${at}.${q(owner)} is ${own === null ? 'null' : literal(own)}`],
    ].flat()
    steps.push({ what: `${table.id}: ${owner} as it was`, sql: sql.join(';\n') })
  }
  return { steps, byHand }
}

/** Columns first, then whole tables, which the app's own keys may not point to. */
async function added(client: pg.Client): Promise<UndoStep[]> {
  const { rows } = await client.query<{ table: string; column: string | null }>(
    `select c.oid::regclass::text as table, a.attname::text as column from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'p') and c.relnamespace <> 'usertwo'::regnamespace
      and starts_with(col_description(c.oid, a.attnum), $1) and not starts_with(coalesce(obj_description(c.oid, 'pg_class'), ''), $1)
      and a.attislocal
    union all
    select c.oid::regclass::text, null from pg_class c where c.relkind in ('r', 'p')
      and starts_with(obj_description(c.oid, 'pg_class'), $1) order by 2 nulls last, 1`,
    [ADDED],
  )
  return rows.map(({ table, column }) =>
    column === null
      ? { what: `table ${table}`, sql: `drop table ${table}` }
      : { what: `${table}: column ${column}`, sql: `alter table ${table} drop column ${q(column)}` },
  )
}

async function rights(client: pg.Client, role: string): Promise<UndoStep[]> {
  const { rows } = await client.query<{ on: string }>(
    `select distinct case c.relkind when 'S' then 'sequence ' else 'table ' end || c.oid::regclass as on
      from pg_class c, aclexplode(c.relacl) g where g.grantee = to_regrole($1) and c.relnamespace <> 'usertwo'::regnamespace
    union select 'table ' || a.attrelid::regclass from pg_attribute a, aclexplode(a.attacl) g where g.grantee = to_regrole($1)
    union select 'routine ' || p.oid::regprocedure from pg_proc p, aclexplode(p.proacl) g
      where g.grantee = to_regrole($1) and p.pronamespace not in ('usertwo'::regnamespace, 'pg_catalog'::regnamespace)
    union select 'schema ' || n.oid::regnamespace from pg_namespace n, aclexplode(n.nspacl) g
      where g.grantee = to_regrole($1) and n.nspname <> 'usertwo' order by 1`,
    [q(role)],
  )
  return rows.map(({ on }) => ({ what: `rights on ${on}`, sql: `revoke all on ${on} from ${q(role)}` }))
}

/** The same for people. */
export function undoSchemaLines({ steps, lost, foreign, byHand, requestRole, done }: SchemaUndo): string[] {
  if (steps.length === 0) return ['nothing to undo: the database has no schema usertwo']
  if (foreign.length > 0)
    return [
      'nothing was changed: the app alone would show these rows to everybody',
      ...foreign.map((one) => `  ${one}`),
      'Each user can export theirs first; then remove the users with their rows (usertwo users remove WHO --yes), and say it again.',
    ]
  const rest = byHand.map((one) => `by hand: ${one}`)
  if (done)
    return [
      ...steps.map(({ what }) => `undone: ${what}`),
      ...rest,
      `The role of requests is left unless --admin was given: drop role ${q(requestRole)}`,
      'usertwo is out of the database. Start the app by its own entry.',
    ]
  return [
    ...steps.map(({ what }) => `would undo: ${what}`),
    ...lost.map((one) => `would delete ${one}`),
    ...rest,
    'nothing was changed; back up, stop every process of the app, then say it again with --yes',
  ]
}
