import type pg from 'pg'
import type { Project } from '../../proof/gate/project.js'
import { openTemplates } from '../../proof/gate/templates.js'
import type { Exchange } from '../../proof/gate/traffic/exchange.js'
import { recordBaseline } from '../../proof/gate/traffic/record.js'
import { ownedIn } from '../../src/config/config.js'
import { literal, q } from '../../src/database/quoted.js'
import { withClient } from '../../src/database/with-client.js'
import { migrateTo } from '../../src/migrate.js'
import { phases } from '../../src/phases/index.js'

/** The throw-away database of a rehearsal, with the app's tables and its seed. */
export interface RehearsalDatabase {
  /** the plain login that the app connects with */
  url: string
  adminUrl: string
  /** the owner's requests and the app's answers, as it was before usertwo */
  traffic: Exchange[]
  /**
   * Puts the app's rows back to those of the seed, in one transaction. New rows get ids that were not used before: a
   * connection of phase 6 remembers the last one it made.
   */
  restore(): Promise<void>
  /** returns a text of the recording with the ids that its rows have now */
  asNow(text: string): string
  /** returns a text of an answer with the ids that its rows have in the recording */
  asRecorded(text: string): string
  /** another database of the same app, at the last phase. @returns its URL */
  another(): Promise<string>
  stop(): Promise<void>
}

/**
 * The distances between the first new ids of two tables, and of two passes through the recording. An id then names
 * one row of one pass, wherever it is in a text.
 */
const APART = { tables: 10_000_000, passes: 100 }
const LAST = phases.at(-1)!.number

/** Starts a PostgreSQL of its own, runs the app's own migrations and seed, and records its drive. */
export async function rehearsalDatabase(project: Project): Promise<RehearsalDatabase> {
  const { config } = project
  const templates = await openTemplates(project, {
    adjust: (adminUrl) => withClient(adminUrl, 'rehearsal', spreadIds),
  })
  try {
    const traffic = await recordBaseline(project, templates)
    const clone = await templates.clone(0)
    const { url, adminUrl } = clone
    const admin = <T>(work: (client: pg.Client) => Promise<T>) => withClient(adminUrl, 'rehearsal', work)
    const seed = await admin(readSeed)
    const owners = new Map(ownedIn(config).map(([name, { owner }]) => [name, owner]))
    // Users are not rows of the app once there are accounts: the owner stays claimed.
    const rows = seed.rows.filter(({ name }) => name !== config.users.table)
    let shift = -APART.passes
    return {
      url,
      adminUrl,
      traffic,
      restore() {
        shift += APART.passes
        const owner = String(config.owner.id)
        return admin((client) => restore(client, { ...seed, rows }, { owners, owner, shift }))
      },
      asNow: (text) => moved(text, 0, shift),
      asRecorded: (text) => moved(text, shift, 0),
      async another() {
        const other = await templates.clone(0)
        await migrateTo(other, config, LAST)
        return other.url
      },
      stop: templates.stop,
    }
  } catch (error) {
    await templates.stop()
    throw error
  }
}

/** Moves the new ids of a pass to where another one has them. */
function moved(text: string, from: number, to: number): string {
  return text.replace(/\b\d{8,10}\b/g, (id) => {
    const place = (Number(id) % APART.tables) - from
    return place >= 0 && place < APART.passes ? String(Number(id) - from + to) : id
  })
}

interface Seed {
  rows: { name: string; columns: string[]; json: string }[]
  sequences: { place: string; last: number; called: boolean }[]
}

const SEQUENCES = `select c.oid::regclass::text as place from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'S' and n.nspname = 'public' order by 1`
const TABLES = `select c.oid::regclass::text as name,
    array_agg(a.attname::text order by a.attnum) as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  where c.relkind = 'r' and n.nspname = 'public'
  group by c.oid`

async function spreadIds(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ place: string }>(SEQUENCES)
  for (const [at, { place }] of rows.entries())
    await client.query('select setval($1, $2)', [place, (at + 1) * APART.tables])
}

async function readSeed(client: pg.Client): Promise<Seed> {
  const { rows: tables } = await client.query<{ name: string; columns: string[] }>(TABLES)
  const rows: Seed['rows'] = []
  for (const { name, columns } of tables) {
    const { rows: found } = await client.query(
      `select coalesce(json_agg(t), '[]')::text as json from ${name} t`,
    )
    rows.push({ name, columns, json: found[0].json })
  }
  const { rows: all } = await client.query<{ place: string }>(SEQUENCES)
  const sequences: Seed['sequences'] = []
  for (const { place } of all) {
    const { rows: at } = await client.query(
      `select last_value::float8 as last, is_called as called from ${place}`,
    )
    sequences.push({ place, ...at[0] })
  }
  return { rows, sequences }
}

interface Restored {
  /** owner columns by table */
  owners: ReadonlyMap<string, string>
  owner: string
  shift: number
}

async function restore(client: pg.Client, seed: Seed, { owners, owner, shift }: Restored): Promise<void> {
  const { rows: now } = await client.query<{ name: string; columns: string[] }>(TABLES)
  const has = (table: string, column: string) =>
    now.some(({ name, columns }) => name === table && columns.includes(column))
  await client.query('begin')
  // Without triggers and foreign keys: the rows are put back as they were.
  await client.query('set local session_replication_role = replica')
  for (const { name } of seed.rows) await client.query(`delete from ${name}`)
  for (const { name, columns, json } of seed.rows) {
    const column = owners.get(name)
    const added = column !== undefined && !columns.includes(column) && has(name, column) ? [column] : []
    const into = [...columns, ...added].map(q).join(', ')
    const values = [...columns.map(q), ...added.map(() => literal(owner))].join(', ')
    await client.query(
      `insert into ${name} (${into}) overriding system value select ${values} from json_populate_recordset(null::${name}, $1)`,
      [json],
    )
  }
  for (const { place, last, called } of seed.sequences)
    await client.query('select setval($1, $2, $3)', [place, last + shift, called])
  await client.query('commit')
}
