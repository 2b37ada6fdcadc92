// Resident memory of the small app after its start, and after a load, compared with the bare app.
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { shuffled } from '../interleaved.mjs'
import { PARTS } from '../peers/requests.mjs'
import { selfTest } from '../peers/self-test.mjs'
import { sendFor } from '../peers/sending.mjs'
import { middle } from './middle.mjs'

export const WHAT = 'resident memory, MiB'
const MOST_MIB = 40
const LOAD_MS = 6_000
/** The garbage collector has returned memory after this time. */
const QUIET_MS = 2_000
const ROUNDS = 3
const VARIANTS = ['bare, pg', 'usertwo 0, bearer, pg', 'usertwo 8, bearer, pg']

export async function measure({ start }) {
  const seen = Object.fromEntries(VARIANTS.map((name) => [name, { started: [], loaded: [] }]))
  for (let round = 0; round < ROUNDS; round++)
    for (const name of shuffled(VARIANTS))
      await start([name], async (children) => {
        const { child, said } = children[name]
        seen[name].started.push(residentOf(child.pid))
        await selfTest(name, said)
        await sendFor(said, PARTS.list, { ms: LOAD_MS })
        await sleep(QUIET_MS)
        seen[name].loaded.push(residentOf(child.pid))
      })
  const [bare] = VARIANTS
  const rows = VARIANTS.map((name) => {
    const at = (when, of = name) => middle(seen[of][when])
    const more = { started: at('started') - at('started', bare), loaded: at('loaded') - at('loaded', bare) }
    return { name, started: at('started'), loaded: at('loaded'), more }
  })
  const { started, loaded } = rows.at(-1).more
  return {
    rows,
    limit: `at dial 8, at most ${MOST_MIB} MiB more than bare`,
    holds: Math.max(started, loaded) <= MOST_MIB,
  }
}

/** Returns the resident memory of a process in MiB. Only Linux shows this for other processes. */
function residentOf(pid) {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(kib) / 1024
}

export const lines = ({ rows }) =>
  rows.map(
    ({ name, started, loaded, more }) =>
      `${name.padEnd(24)}${cell(started)} after its start (+${cell(more.started)})${cell(loaded)} after the load (+${cell(more.loaded)})`,
  )
const cell = (mib) => mib.toFixed(0).padStart(5)
