/*
 * The places where the app relies on being one person's, I1 to I24, each let past both layers by itself while all others
 * stay protected, by `usertwoBypass` of the gate's preload.
 *
 * Four of them leak no row over HTTP, and stand elsewhere: I20, the advisory lock and the mutex, and I21, limits by
 * address, in ./mutations.js; I22, the pages' cache keys, in ./kept-in-the-browser.js; I24, the pages before React, in
 * ./old-pages.js.
 */
import { OF_SOMEBODY_ELSE } from './of-somebody-else.js'

// The layers refuse two people in one transaction; a place inside one is let past that too.
const ANY_TRANSACTION = {
  file: 'dist/src/phases/6-isolation/connection/binding.js',
  find: 'if (session.owner !== binding.user)',
  replace: 'if (false)',
}

const place = (name, edits, sql) => ({
  name: `un-scoped alone: ${name}`,
  names: OF_SOMEBODY_ELSE,
  by: { edit: [...edits, ANY_TRANSACTION], ...(sql && { sql }) },
})

const past = (work) => `globalThis.usertwoBypass(async () => ${work})`

/** What is written there, everywhere in the file. */
const expression = (file, find) => ({ file, find, replace: past(find) })

/** The query that is awaited. */
const awaited = (file, find) => ({ file, find: `await ${find}`, replace: `await ${past(find)}` })

/** A whole function, by its first line. */
const whole = (file, head) => {
  const [, before, name, rest] = /^(.*function )(\w+)(.*)$/.exec(head)
  const async = head.includes('async ') ? 'async ' : ''
  return {
    file,
    find: head,
    replace: `${before}${name}(...given) { return ${past(`bypassed_${name}(...given)`)} }
${async}function bypassed_${name}${rest}`,
  }
}

/** A route's handler, by its path. */
const handler = (file, path) => ({
  file,
  find: `'${path}',\n  handle(`,
  replace: `'${path}',\n  ((work) => handle((...given) => ${past('work(...given)')}))(`,
})

/** An event that names no session says whose it is by its owner alone. */
const eventOfOwner = (file, row) => ({
  file,
  find: `trx('events').insert(${row})`,
  replace: past(`trx('events').insert({ ...${row}, user_id: 1 })`),
})

const sessions = 'server/domain/sessions.js'
const threads = 'server/domain/threads.js'
const queue = 'server/domain/queue.js'
const snapshots = 'server/domain/snapshots.js'
const restore = 'server/domain/restore.js'
const routes = (name) => `server/routes/${name}.js`

/** No session is open, so that the next request makes one. */
const NO_OPEN_SESSION = 'update sessions set ended_at = started_at where ended_at is null'
/** The snapshots know a thread that the pile has lost, as the owner's: a restore has to make it again. */
const LOST_THREAD = `update sessions set pending_thread_id = null where pending_thread_id = 20;
  delete from events where thread_id = 20 or selected_thread_id = 20; delete from threads where id = 20;
  update snapshots set thread_states = (select json_object_agg(key, value || '{"user_id": 1}')
    from jsonb_each(thread_states::jsonb))`

export const unscopedPlaces = [
  place('I1 the active session of get-or-create', [
    awaited(sessions, 'findActiveSession(settings, q)'),
    awaited(sessions, 'findActiveSession(settings)'),
  ]),
  place('I2 the active session of sessions/current', [
    awaited(routes('sessions'), 'findActiveSession(await getSettings())'),
  ]),
  place('I3 the latest open session of a rating', [
    awaited('server/domain/rate.js', 'findLatestOpenSession(trx)'),
  ]),
  place('I4 the latest open session of dismiss-pending', [
    awaited(routes('roll-html'), 'findLatestOpenSession()'),
  ]),
  place('I5 the list of sessions', [handler(routes('sessions'), '/sessions/')]),
  place('I6 a session by its id', [handler(routes('sessions'), '/sessions/:id')]),
  place('I6 the details of a session', [handler(routes('sessions'), '/sessions/:id/details')]),
  place('I6 the snapshots of a session', [handler(routes('sessions'), '/sessions/:id/snapshots')]),
  place('I6 the restore of a session', [handler(routes('sessions'), '/sessions/:id/restore-session-start')]),
  place('I7 undo', [handler(routes('undo'), '/undo/:sid/undo/:snapid')]),
  place('I7 the snapshots to go back to', [handler(routes('undo'), '/undo/:sid/snapshots')]),
  place('I8 the list of threads', [
    expression(threads, "db('threads').orderBy('queue_position').orderBy('id')"),
  ]),
  place('I8 the stale threads', [whole(threads, 'export function staleThreads(days) {')]),
  place('I8 the completed threads', [
    expression(
      threads,
      "db('threads').where({ status: 'completed' }).orderBy('created_at', 'desc').orderBy('id', 'desc')",
    ),
  ]),
  place('I8 the active threads', [
    expression(threads, "db('threads').where({ status: 'active' }).orderBy('queue_position').orderBy('id')"),
  ]),
  place('I9 a thread by its id', [awaited(routes('threads'), 'findThread(pathId(req))')]),
  place('I9 the change of a thread', [awaited(routes('threads'), 'updateThread(pathId(req), changes)')]),
  place('I9 the deletion of a thread', [awaited(routes('threads'), 'deleteThread(pathId(req))')]),
  place('I9 the reactivation of a thread', [
    awaited(routes('threads'), 'reactivateThread(thread_id, issues_to_add)'),
  ]),
  place('I10 the greatest position for a new thread', [awaited(threads, 'maxPosition()')]),
  place('I11 the shift to the front', [whole(queue, 'export async function moveToFront(thread, trx) {')]),
  place('I11 the shift to the back', [whole(queue, 'export async function moveToBack(thread, trx) {')]),
  place('I11 the shift to a position', [
    whole(queue, 'export async function moveToPosition(thread, wanted, trx) {'),
  ]),
  place('I11 the room in front', [whole(queue, 'export async function makeRoomInFront(trx) {')]),
  place('I12 the pool of a roll', [whole('server/domain/roll.js', 'export function rollPool() {')]),
  place('I13 the target of an override', [awaited(routes('roll'), 'findThread(thread_id)')]),
  place(
    'I14 the snapshot of a session’s start',
    [
      {
        file: snapshots,
        find: "writeStartSnapshot(session, trx) {\n  const threads = await trx('threads').orderBy('id')",
        replace: `writeStartSnapshot(session, trx) {\n  const threads = await ${past("trx('threads').orderBy('id')")}`,
      },
    ],
    NO_OPEN_SESSION,
  ),
  place('I14 the snapshot of a rating', [
    {
      file: snapshots,
      find: "writeRatingSnapshot(session, event, trx) {\n  const threads = await trx('threads').orderBy('id')",
      replace: `writeRatingSnapshot(session, event, trx) {\n  const threads = await ${past("trx('threads').orderBy('id')")}`,
    },
  ]),
  place('I15 the threads a snapshot does not know', [
    whole(restore, 'async function deleteAbsent(states, trx) {'),
  ]),
  place(
    'I16 the thread a snapshot brings back',
    [whole(restore, 'async function putBack(id, state, session, trx) {')],
    LOST_THREAD,
  ),
  place('I17 the first row of the settings', [
    awaited('server/domain/settings.js', "q('settings').orderBy('id').first()"),
  ]),
  place('I18 the CSV export', [handler(routes('exports'), '/admin/export/csv/')]),
  place('I18 the JSON export', [handler(routes('exports'), '/admin/export/json/')]),
  place('I18 the summary', [handler(routes('exports'), '/admin/export/summary/')]),
  place('I19 reviews by a bare thread id', [
    whole(routes('imports'), 'async function importReview({ thread_id, review_url, review_timestamp }) {'),
  ]),
  place('I23 the event of a deletion', [eventOfOwner(threads, "{ type: 'delete', timestamp: new Date() }")]),
  place('I23 the event of a move', [
    eventOfOwner(routes('queue'), "{ type: 'reorder', timestamp: new Date(), thread_id: id }"),
  ]),
]
