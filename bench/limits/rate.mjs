// The slowest responses of a list at a fixed rate, bare and wrapped at dial 8.
import { inRounds } from '../interleaved.mjs'
import { PARTS } from '../peers/requests.mjs'
import { selfTest } from '../peers/self-test.mjs'
import { atRate, quantile } from './by-the-clock.mjs'
import { middle } from './middle.mjs'

export const WHAT = 'a list at 100 requests per second, ms from when each was due'
const PER_SECOND = 100
const TURN_MS = 8_000
const ROUNDS = 7
const MOST = 1.5
const [BARE, WRAPPED] = ['bare, pg', 'usertwo 8, bearer, pg']

export async function measure({ start }) {
  return await start([BARE, WRAPPED], async (children) => {
    for (const [name, { said }] of Object.entries(children)) await selfTest(name, said)
    const rounds = await inRounds([BARE, WRAPPED], ROUNDS, async (name) => {
      const times = await atRate(children[name].said, PARTS.list, { perSecond: PER_SECOND, ms: TURN_MS })
      const took = times.map((one) => one.took)
      return { p50: quantile(took, 0.5), p99: quantile(took, 0.99) }
    })
    const rows = [BARE, WRAPPED].map((name) => ({
      name,
      p50: middle(rounds.map((round) => round[name].p50)),
      p99: middle(rounds.map((round) => round[name].p99)),
    }))
    const ratio = middle(rounds.map((round) => round[WRAPPED].p99 / round[BARE].p99))
    return { rows, ratio, limit: `p99 at most ${MOST} times bare's`, holds: ratio <= MOST }
  })
}

export const lines = ({ rows, ratio }) => [
  ...rows.map(
    ({ name, p50, p99 }) =>
      `${name.padEnd(24)}p50 ${p50.toFixed(1).padStart(6)}   p99 ${p99.toFixed(1).padStart(6)}`,
  ),
  `p99 relative to bare, median of the rounds: ${ratio.toFixed(2)}`,
]
