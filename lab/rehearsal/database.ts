import type pg from 'pg'
import { appEnvironment } from '../../proof/gate/app/app-environment.js'
import type { Project } from '../../proof/gate/project.js'
import { runCommand } from '../../proof/gate/run/command.js'
import { EPOCH } from '../../proof/gate/templates.js'
import { throwAwayServer } from '../../proof/postgres/throw-away.js'
import { ownedIn } from '../../src/config/config.js'
import { literal, q } from '../../src/database/quoted.js'
import { withClient } from '../../src/database/with-client.js'

/** The throw-away database of a rehearsal, with the app's tables and its seed. */
export interface RehearsalDatabase {
  /** the plain login that the app connects with */
  url: string
  adminUrl: string
  /** puts the app's rows and sequences back to those of the seed, in one transaction */
  restore(): Promise<void>
  stop(): Promise<void>
}

/** Starts a PostgreSQL of its own, and runs the app's own migrations and seed at the time of the recording. */
export async function rehearsalDatabase({ folder, config }: Project): Promise<RehearsalDatabase> {
  const server = await throwAwayServer()
  try {
    const template = await server.template('rehearsal', async ({ url }) => {
      const env = { ...appEnvironment(config, url), ENVIRONMENT: 'development' }
      for (const command of [config.app.migrate, config.app.seed])
        if (command) await runCommand(command, folder, env, { edits: [], epoch: EPOCH, still: true })
    })
    const { url, adminUrl } = await server.clone(template)
    const admin = <T>(work: (client: pg.Client) => Promise<T>) => withClient(adminUrl, 'rehearsal', work)
    const seeded = await admin(readSeed)
    const owner = String(config.owner.id)
    const owned = new Map(ownedIn(config).map(([name, { owner: column }]) => [name, column]))
    // Users are not rows of the app once there are accounts: the owner stays claimed.
    const rows = seeded.rows.filter(({ name }) => name !== config.users.table)
    return {
      url,
      adminUrl,
      restore: () =>
        admin((client) =>
          restore(client, { ...seeded, rows }, (name) => ({ column: owned.get(name), owner })),
        ),
      stop: server.stop,
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}

interface Seed {
  rows: { name: string; columns: string[]; json: string }[]
  sequences: { place: string; last: string; called: boolean }[]
}

const TABLES = `select c.oid::regclass::text as name,
    array_agg(a.attname::text order by a.attnum) as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  where c.relkind = 'r' and n.nspname = 'public'
  group by c.oid`

async function readSeed(client: pg.Client): Promise<Seed> {
  const { rows: tables } = await client.query<{ name: string; columns: string[] }>(TABLES)
  const rows: Seed['rows'] = []
  for (const { name, columns } of tables) {
    const { rows: found } = await client.query(
      `select coalesce(json_agg(t), '[]')::text as json from ${name} t`,
    )
    rows.push({ name, columns, json: found[0].json })
  }
  const { rows: all } = await client.query<{ place: string }>(
    `select c.oid::regclass::text as place from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'S' and n.nspname = 'public'`,
  )
  const sequences: Seed['sequences'] = []
  for (const { place } of all) {
    const { rows: at } = await client.query(
      `select last_value::text as last, is_called as called from ${place}`,
    )
    sequences.push({ place, ...at[0] })
  }
  return { rows, sequences }
}

async function restore(
  client: pg.Client,
  { rows, sequences }: Seed,
  ownerOf: (name: string) => { column: string | undefined; owner: string },
): Promise<void> {
  const { rows: now } = await client.query<{ name: string; columns: string[] }>(TABLES)
  await client.query('begin')
  // Without triggers and foreign keys: the rows are put back as they were.
  await client.query('set local session_replication_role = replica')
  for (const { name } of rows) await client.query(`delete from ${name}`)
  for (const { name, columns, json } of rows) {
    const { column, owner } = ownerOf(name)
    const isNew =
      column && !columns.includes(column) && now.find((one) => one.name === name)?.columns.includes(column)
    const into = [...columns, ...(isNew ? [column] : [])].map(q).join(', ')
    const values = [...columns.map(q), ...(isNew ? [literal(owner)] : [])].join(', ')
    await client.query(
      `insert into ${name} (${into}) overriding system value select ${values} from json_populate_recordset(null::${name}, $1)`,
      [json],
    )
  }
  for (const { place, last, called } of sequences)
    await client.query('select setval($1, $2, $3)', [place, last, called])
  await client.query('commit')
}
