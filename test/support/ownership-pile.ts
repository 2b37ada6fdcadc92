import pg from 'pg'
import { ensureRequestRole } from '../../src/database/login.js'
import type { OwnershipPlan } from '../../src/phases/6-isolation/schema/plan/ownership-plan.js'
import { freshDatabase } from './postgres.js'

/** The comic pile's tables, as its owner made them: some with user_id, some without, one row of settings. */
const SCHEMA = `
  create table users (id serial primary key, username varchar(50) not null unique);
  create table threads (id serial primary key, title varchar(200) not null, notes text,
    user_id int not null references users);
  create table sessions (id serial primary key, user_id int not null references users,
    pending_thread_id int references threads on delete set null);
  create table events (id serial primary key, type varchar(50) not null,
    session_id int references sessions, thread_id int references threads on delete cascade);
  create table snapshots (id int generated always as identity primary key, session_id int not null references sessions,
    event_id int references events on delete cascade, thread_states json not null);
  create table settings (id serial primary key, start_die int not null default 6, note text);
  create table tasks (id serial primary key, title text not null);
  create table agent_metrics (id serial primary key, task_id int);
  create table knex_migrations (id serial primary key, name text);
  insert into users values (1, 'default_user');
  select setval('users_id_seq', 100);
  insert into threads (title, user_id) select 'thread ' || n, 1 from generate_series(1, 5) n;
  insert into sessions (user_id, pending_thread_id) values (1, 2), (1, null);
  insert into events (type, session_id, thread_id) values ('roll', 1, null), ('rate', 1, 1), ('delete', null, null);
  insert into snapshots (session_id, event_id, thread_states) values (1, 2, '{}'), (2, null, '{}');
  insert into settings (start_die, note) values (8, 'mine');
  insert into tasks (title) values ('merge');
  insert into knex_migrations (name) values ('first')`

export const PILE_TABLES: OwnershipPlan['tables'] = {
  threads: { owner: 'user_id', access: 'private' },
  sessions: { owner: 'user_id', access: 'private' },
  events: { owner: 'user_id', access: 'private' },
  snapshots: { owner: 'user_id', access: 'private' },
  settings: { owner: 'user_id', access: 'private', perUser: true },
  tasks: { access: 'reference' },
  agent_metrics: { access: 'closed' },
}

export interface Pile {
  url: string
  adminUrl: string
  plan: OwnershipPlan
  /** The app's own login, as old code uses it: no setting at all. */
  app: pg.Client
  admin: pg.Client
  /** A connection at rest in the request role, with a user bound for the session, or without a user. */
  as(user: number | string | null): Promise<pg.Client>
  /** A connection of the login that acts for the system. */
  system(): Promise<pg.Client>
  close(): Promise<void>
}

/** A database of its own with a pile in it, owned by a plain login, not yet shared by anybody. */
export async function pile(
  options: { schema?: string; tables?: OwnershipPlan['tables']; owner?: OwnershipPlan['owner'] } = {},
): Promise<Pile> {
  const { url, adminUrl } = await freshDatabase()
  const login = decodeURIComponent(new URL(url).username)
  const database = new URL(url).pathname.slice(1)
  const open: pg.Client[] = []
  const connect = async (connectionString: string, parameters?: string) => {
    const client = new pg.Client({ connectionString, options: parameters })
    // A connection cut on purpose says so here; its queries fail by themselves.
    client.on('error', () => {})
    await client.connect()
    open.push(client)
    return client
  }
  const admin = await connect(adminUrl)
  const requestRole = await ensureRequestRole(admin, { database, login })
  const app = await connect(url)
  await app.query(options.schema ?? SCHEMA)
  const plan: OwnershipPlan = {
    owner: options.owner ?? { id: 1 },
    users: { table: 'users', id: 'id' },
    tables: options.tables ?? PILE_TABLES,
    requestRole,
    login,
  }
  return {
    url,
    adminUrl,
    plan,
    app,
    admin,
    as: (user) => connect(url, `-c role=${requestRole} -c usertwo.user_id=${user ?? 'none'}`),
    system: () => connect(url, '-c usertwo.user_id=system'),
    async close() {
      if (open.length === 0) return
      await Promise.all(open.splice(0).map((client) => client.end()))
      await dropRole(adminUrl, requestRole)
    },
  }
}

/** Roles belong to the whole server: the request role goes with its database. */
async function dropRole(adminUrl: string, role: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  await client.query(`drop owned by ${pg.escapeIdentifier(role)}; drop role ${pg.escapeIdentifier(role)}`)
  await client.end()
}

/** What a query gives, or the SQLSTATE it fails with. */
export async function outcome(
  client: pg.Client,
  sql: string,
  values: unknown[] = [],
): Promise<unknown[] | string> {
  try {
    const result = await client.query(sql, values)
    return result.rows.length > 0 ? result.rows : [result.rowCount]
  } catch (error) {
    return error instanceof pg.DatabaseError ? (error.code ?? 'unknown') : String(error)
  }
}
