// A request whose login is looked up among a million revoked tokens and 100,000 sessions, compared with none;
// and logouts that delete expired rows.
import { inRounds } from '../interleaved.mjs'
import { PARTS } from '../peers/requests.mjs'
import { selfTest } from '../peers/self-test.mjs'
import { sendFor } from '../peers/sending.mjs'
import { sql } from '../sql.mjs'
import { middle } from './middle.mjs'

export const WHAT = 'a request that reads no table of the app, µs'
const REVOKED = 1_000_000
const SESSIONS = 100_000
/** The number of rows of each kind that expired two days ago. */
const OVER = 100_000
const LOGOUTS = 20
const TURN_MS = 3_000
const ROUNDS = 5
const MOST = 1.2
const NAME = 'usertwo 8, bearer, pg'
const [FEW, MANY] = ['none', 'a million revoked']

export async function measure({ start }) {
  return await start([NAME, NAME], async (children, opened) => {
    const names = { [FEW]: NAME, [MANY]: `${NAME} 2` }
    const { adminUrl } = opened[names[MANY]]
    for (const name of Object.values(names)) await selfTest(name, children[name].said)
    await fill(adminUrl)
    const before = await scansOf(adminUrl)
    const rounds = await inRounds([FEW, MANY], ROUNDS, async (which) => {
      const { done } = await sendFor(children[names[which]].said, PARTS.noDatabase, { ms: TURN_MS })
      return (TURN_MS * 1000) / done
    })
    const ratio = middle(rounds.map((round) => round[MANY] / round[FEW]))
    const logouts = await logOut(children[names[MANY]].said)
    const whole = (await scansOf(adminUrl)) - before
    return {
      none: middle(rounds.map((round) => round[FEW])),
      many: middle(rounds.map((round) => round[MANY])),
      ratio,
      logouts: { slowest: Math.max(...logouts), middle: middle(logouts) },
      whole,
      limit: `at most ${MOST} times, and no sequential scan of either table`,
      holds: ratio <= MOST && whole === 0,
    }
  })
}

async function fill(adminUrl) {
  const ends = (over) => `now() + case when n <= ${over} then interval '-2 days' else interval '20 days' end`
  await sql(
    adminUrl,
    `insert into usertwo.revoked_tokens (user_id, jti, expires_at)
     select 1 + n % 100, gen_random_uuid()::text, ${ends(OVER)} from generate_series(1, ${REVOKED}) n`,
  )
  await sql(
    adminUrl,
    `insert into usertwo.user_sessions (id, user_id, refresh_id, family, expires_at)
     select gen_random_uuid(), 1 + n % 100, gen_random_uuid(), gen_random_uuid(), ${ends(OVER / 10)}
     from generate_series(1, ${SESSIONS}) n`,
  )
  await sql(adminUrl, 'vacuum analyze')
}

/** Returns how often one of the two tables was read with a sequential scan. */
async function scansOf(adminUrl) {
  // Backends report their counters within a second.
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  const { rows } = await sql(
    adminUrl,
    `select sum(seq_scan)::int as scans from pg_stat_user_tables
     where schemaname = 'usertwo' and relname in ('revoked_tokens', 'user_sessions')`,
  )
  return rows[0].scans
}

/**
 * Logs out users who have sent no requests yet, one after the other. @returns ms for each. @throws if a
 * logout fails
 */
async function logOut({ port, users, logout }) {
  const took = []
  for (const headers of users.slice(-LOGOUTS)) {
    const began = performance.now()
    const { status } = await fetch(`http://127.0.0.1:${port}${logout}`, { method: 'POST', headers })
    if (status !== 204) throw new Error(`the logout returned ${status}`)
    took.push(performance.now() - began)
  }
  return took
}

export const lines = ({ none, many, ratio, logouts, whole }) => [
  `none ${none.toFixed(0)} µs   a million revoked tokens, 100,000 sessions ${many.toFixed(0)} µs   ${ratio.toFixed(2)} times`,
  `a logout ${logouts.middle.toFixed(0)} ms, the slowest, which deletes more expired rows, ${logouts.slowest.toFixed(0)} ms`,
  `sequential scans: ${whole}`,
]
