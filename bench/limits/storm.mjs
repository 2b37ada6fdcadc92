// A list at a fixed rate while 64 users log in at once, compared with the same rate alone. The logins are
// sent from a thread of their own, so that the lists do not wait for the client.
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { passwords } from '../../dist/src/phases/4-auth/passwords/passwords.js'
import { PARTS } from '../peers/requests.mjs'
import { selfTest } from '../peers/self-test.mjs'
import { sql } from '../sql.mjs'
import { atRate, quantile } from './by-the-clock.mjs'
import { middle } from './middle.mjs'

export const WHAT = 'a list during 64 concurrent logins, ms'
const LOGINS = 64
const PER_SECOND = 100
const COST = 10
const PASSWORD = 'only to be measured, and long'
const TURN_MS = 10_000
const BEFORE_MS = 1_000
const QUIET_MS = 5_000
const ROUNDS = 9
const MOST = 2
const NAME = 'usertwo 8, bearer, pg'

export async function measure({ start }) {
  return await start([NAME], async (children, opened) => {
    const { said } = children[NAME]
    await selfTest(NAME, said)
    await createLogins(opened[NAME].adminUrl)
    const rounds = await storms(said)
    const of = (what) => middle(rounds.map((round) => round[what]))
    const ratio = middle(rounds.map(({ quiet, storm }) => storm / quiet))
    return {
      quiet: of('quiet'),
      storm: of('storm'),
      ms: of('ms'),
      lists: of('seen'),
      ratio,
      limit: `p99 at most ${MOST} times quiet's`,
      holds: ratio <= MOST,
    }
  })
}

/**
 * @returns for each round the p99 of the lists without and with concurrent logins, the number of lists during
 * the logins, and how long the logins took
 */
async function storms(said) {
  const thread = new Worker(new URL('logins.mjs', import.meta.url), {
    workerData: { port: said.port, password: PASSWORD },
  })
  const turn = (ms) => atRate(said, PARTS.list, { perSecond: PER_SECOND, ms })
  const rounds = []
  try {
    for (let round = -1; round < ROUNDS; round++) {
      const quiet = await turn(QUIET_MS)
      const storming = turn(TURN_MS)
      const ms = await logins(thread, round + 1)
      const seen = (await storming).filter(({ due }) => due >= BEFORE_MS && due <= BEFORE_MS + ms)
      if (round >= 0) rounds.push({ quiet: p99(quiet), storm: p99(seen), seen: seen.length, ms })
    }
  } finally {
    // The thread would keep the command from ending if a login fails.
    await thread.terminate()
  }
  return rounds
}

const p99 = (times) =>
  quantile(
    times.map(({ took }) => took),
    0.99,
  )

/** Gives all users the same password: only the time of its hash is measured. */
async function createLogins(adminUrl) {
  const hasher = passwords({ cost: COST })
  const hash = await hasher.hash(PASSWORD)
  await hasher.close()
  await sql(adminUrl, `update users set email = 'user' || id || '@example.com' where id <= ${LOGINS}`)
  await sql(
    adminUrl,
    `insert into usertwo.credentials (user_id, password_hash) select id, $1 from users where id <= ${LOGINS}
     on conflict (user_id) do update set password_hash = excluded.password_hash`,
    [hash],
  )
}

/** @returns how long the logins took, in ms. @throws if a login fails */
async function logins(thread, round) {
  await sleep(BEFORE_MS)
  thread.postMessage({ round, logins: LOGINS })
  const [{ statuses, ms }] = await once(thread, 'message')
  const refused = statuses.filter((status) => status !== 200)
  if (refused.length > 0) throw new Error(`${refused.length} of ${LOGINS} logins returned ${refused[0]}`)
  return ms
}

export const lines = ({ quiet, storm, ms, lists, ratio }) => [
  `quiet p99 ${quiet.toFixed(1)}   during the logins p99 ${storm.toFixed(1)}, ${lists} lists in ${ms.toFixed(0)} ms`,
  `p99 relative to quiet, median of the rounds: ${ratio.toFixed(2)}`,
]
