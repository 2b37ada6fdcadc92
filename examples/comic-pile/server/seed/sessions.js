import { stepDown, stepUp } from '../domain/dice.js'

// What was read, as [index of the thread, rating]; null is a roll that was dismissed.
const SESSIONS = [
  {
    hours: 24 * 30,
    die: 6,
    old: true,
    read: [
      [14, 5.0],
      [1, 4.0],
      [2, 3.5],
      [8, 2.5],
    ],
  },
  {
    hours: 24 * 21,
    die: 6,
    old: true,
    read: [
      [14, 5.0],
      [4, 4.5],
      [9, null],
      [10, 3.5],
    ],
  },
  {
    hours: 24 * 12,
    die: 8,
    read: [
      [4, 5.0],
      [5, 4.5],
      [11, 4.0],
      [7, null],
      [18, 4.0],
    ],
  },
  {
    hours: 24 * 5,
    die: 8,
    read: [
      [13, 3.0],
      [2, 3.5],
      [1, 4.0],
      [3, 3.0],
    ],
  },
  {
    hours: 30,
    die: 8,
    open: true,
    read: [
      [1, 4.0],
      [11, 4.0],
      [0, 4.0],
    ],
  },
  {
    hours: 2,
    die: 8,
    open: true,
    read: [
      [0, 4.5],
      [2, null],
    ],
    pending: 5,
  },
]

const threadState = (thread, old) => {
  const { id, created_at, user_id, ...state } = thread
  return old ? state : { ...state, created_at, user_id }
}

const statesOf = (threads, old) =>
  JSON.stringify(Object.fromEntries(threads.map((thread) => [thread.id, threadState(thread, old)])))

async function seedSession(trx, ago, threads, plan) {
  const [session] = await trx('sessions')
    .insert({
      started_at: ago(plan.hours),
      ended_at: plan.open ? null : ago(plan.hours - 2),
      start_die: plan.die,
      user_id: 1,
    })
    .returning('*')

  let minutes = 0
  const tick = () => {
    minutes += 5
    return ago(plan.hours - minutes / 60)
  }
  const log = async (event) => {
    const [row] = await trx('events')
      .insert({ timestamp: tick(), session_id: session.id, ...event })
      .returning('*')
    return row
  }
  const snapshot = (event, description, manualDie) =>
    trx('snapshots').insert({
      session_id: session.id,
      event_id: event?.id ?? null,
      thread_states: statesOf(threads, plan.old),
      session_state: plan.old ? null : JSON.stringify({ start_die: plan.die, manual_die: manualDie }),
      created_at: (event?.timestamp ?? session.started_at).toISOString(),
      description,
    })
  const roll = (thread, die, index) =>
    log({
      type: 'roll',
      die,
      result: (index % die) + 1,
      selected_thread_id: thread.id,
      selection_method: 'random',
    })

  await snapshot(null, 'Session start', null)
  let die = plan.die
  let manualDie = null
  for (const [index, rating] of plan.read) {
    const thread = threads[index]
    await roll(thread, die, index)
    if (rating === null) {
      await log({ type: 'rolled_but_skipped', thread_id: thread.id })
      continue
    }
    const after = rating >= 4 ? stepDown(die) : stepUp(die)
    const event = await log({
      type: 'rate',
      thread_id: thread.id,
      rating,
      issues_read: 1,
      die,
      die_after: after,
    })
    die = after
    manualDie = after
    await snapshot(event, `After rating ${rating.toFixed(1)}/5.0`, manualDie)
  }
  await trx('sessions').where({ id: session.id }).update({ manual_die: manualDie })

  if (plan.pending !== undefined) {
    const event = await roll(threads[plan.pending], die, plan.pending)
    await trx('sessions').where({ id: session.id }).update({
      pending_thread_id: threads[plan.pending].id,
      pending_thread_updated_at: event.timestamp,
    })
  }
  return session
}

export async function seedSessions(trx, ago, threads) {
  const sessions = []
  for (const plan of SESSIONS) sessions.push(await seedSession(trx, ago, threads, plan))

  // A thread that was rolled twice, and then thrown away.
  const deletedId = Math.max(...threads.map((thread) => thread.id)) + 979
  const gone = { type: 'roll', die: 6, result: 3, selected_thread_id: deletedId, selection_method: 'random' }
  await trx('events').insert([
    { ...gone, timestamp: ago(24 * 30 - 1.8), session_id: sessions[0].id },
    { ...gone, selection_method: 'reroll', timestamp: ago(24 * 21 - 1.8), session_id: sessions[1].id },
    { type: 'delete', timestamp: ago(24 * 20) },
    { type: 'delete', timestamp: ago(24 * 8) },
  ])
  const moved = [0, 3, 5, 8, 9, 10, 13, 2, 4, 6, 7, 11, 1, 12]
  await trx('events').insert(
    moved.map((index, n) => ({ type: 'reorder', timestamp: ago(24 * 15 - n), thread_id: threads[index].id })),
  )
}
