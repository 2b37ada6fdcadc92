import pg from 'pg'
import { afterAll } from 'vitest'

/** Whose rows the tests write: the person the requests are made as. */
export const ownerId = Number(process.env.COMIC_PILE_USER_ID ?? 1)

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 })
afterAll(() => pool.end())

export const sql = async (text, values = []) => (await pool.query(text, values)).rows

export const hoursAgo = (hours) => new Date(Date.now() - hours * 3_600_000)
export const daysAgo = (days) => hoursAgo(days * 24)

async function insert(table, row) {
  const columns = Object.keys(row)
  const names = columns.map((column) => `"${column}"`).join(', ')
  const slots = columns.map((_column, index) => `$${index + 1}`).join(', ')
  const [inserted] = await sql(
    `insert into "${table}" (${names}) values (${slots}) returning *`,
    Object.values(row),
  )
  return inserted
}

const MINE = 'select id from sessions where user_id = $1'
const MY_THREADS = 'select id from threads where user_id = $1'

/** Empties the pile of the owner. Settings and the task board are emptied with it. */
export async function reset() {
  await sql(`delete from snapshots where session_id in (${MINE})`, [ownerId])
  await sql(
    `delete from events where session_id in (${MINE}) or thread_id in (${MY_THREADS})
     or (session_id is null and thread_id is null)`,
    [ownerId],
  )
  await sql('delete from sessions where user_id = $1', [ownerId])
  await sql('delete from threads where user_id = $1', [ownerId])
  await sql('delete from settings')
  const users = await sql('select id from users where id = $1', [ownerId])
  if (users.length === 0) await addUser(ownerId, 'default_user')
}

export const addUser = (id, username) => insert('users', { id, username, created_at: new Date() })

/** Another person's id, with a users row. Only the single-user suite has such rows in plain sight. */
export async function addStranger() {
  const id = 9_001
  await sql('insert into users (id, username, created_at) values ($1, $2, now()) on conflict do nothing', [
    id,
    'stranger',
  ])
  return id
}

export async function removeStranger(id = 9_001) {
  await sql('delete from snapshots where session_id in (select id from sessions where user_id = $1)', [id])
  await sql('delete from events where session_id in (select id from sessions where user_id = $1)', [id])
  await sql('delete from sessions where user_id = $1', [id])
  await sql('delete from threads where user_id = $1', [id])
  await sql('delete from users where id = $1', [id])
}

export const addThread = (row = {}) =>
  insert('threads', {
    title: 'Saga',
    format: 'Comic',
    issues_remaining: 5,
    queue_position: 1,
    status: 'active',
    is_test: false,
    created_at: new Date(),
    user_id: ownerId,
    ...row,
  })

/** Active threads at positions 1, 2, 3 ..., one for each title. */
export async function addQueue(...titles) {
  const threads = []
  for (const [index, title] of titles.entries()) {
    threads.push(await addThread({ title, queue_position: index + 1 }))
  }
  return threads
}

export const addSession = (row = {}) =>
  insert('sessions', { started_at: new Date(), start_die: 6, user_id: ownerId, ...row })

export const addEvent = (row) => insert('events', { timestamp: new Date(), ...row })

export const addRoll = (session, thread, row = {}) =>
  addEvent({
    type: 'roll',
    die: 6,
    result: 1,
    selected_thread_id: thread.id,
    selection_method: 'random',
    session_id: session.id,
    ...row,
  })

export const addRate = (session, thread, row = {}) =>
  addEvent({
    type: 'rate',
    rating: 4,
    issues_read: 1,
    die: 6,
    die_after: 4,
    session_id: session.id,
    thread_id: thread.id,
    ...row,
  })

export const stateOf = ({ id: _id, ...state }) => state

export const addSnapshot = (session, threads, row = {}) =>
  insert('snapshots', {
    session_id: session.id,
    thread_states: JSON.stringify(Object.fromEntries(threads.map((thread) => [thread.id, stateOf(thread)]))),
    session_state: JSON.stringify({ start_die: session.start_die, manual_die: session.manual_die ?? null }),
    created_at: new Date().toISOString(),
    description: 'Session start',
    ...row,
  })

export const addSettings = (row = {}) =>
  insert('settings', {
    session_gap_hours: 6,
    start_die: 6,
    rating_min: 0.5,
    rating_max: 5,
    rating_step: 0.5,
    rating_threshold: 4,
    created_at: new Date(),
    updated_at: new Date(),
    ...row,
  })

export const addTask = (row) =>
  insert('tasks', {
    title: 'A task',
    priority: 'HIGH',
    status: 'pending',
    estimated_effort: '1 hour',
    completed: false,
    task_type: 'feature',
    created_at: new Date(),
    updated_at: new Date(),
    ...row,
  })

export const threadRow = async (id) => (await sql('select * from threads where id = $1', [id]))[0]
export const sessionRow = async (id) => (await sql('select * from sessions where id = $1', [id]))[0]
export const eventsOf = (session) =>
  sql('select * from events where session_id = $1 order by id', [session.id])
export const snapshotsOf = (session) =>
  sql('select * from snapshots where session_id = $1 order by id', [session.id])

/** Positions of these threads, in the order given. */
export async function positions(threads) {
  const rows = await sql('select id, queue_position from threads where id = any($1)', [
    threads.map(({ id }) => id),
  ])
  const byId = new Map(rows.map((row) => [row.id, row.queue_position]))
  return threads.map(({ id }) => byId.get(id))
}

/** An id that no row of the table has. */
export async function missingId(table) {
  const [{ id }] = await sql(`select coalesce(max(id), 0) + 100000 as id from "${table}"`)
  return id
}
