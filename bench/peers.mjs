// npm run bench -- peers: what a request costs with usertwo, with other ways to add logins, and with neither.
import { loadavg } from 'node:os'
import { throwAwayServer } from '../dist/proof/postgres/throw-away.js'
import { comparison, inRounds, living } from './interleaved.mjs'
import { quantile } from './limits/by-the-clock.mjs'
import { middle } from './limits/middle.mjs'
import { IN_FLIGHT } from './measured.mjs'
import { openedOn } from './peers/databases.mjs'
import { QUIET, writePage } from './peers/page.mjs'
import { PARTS, USERS } from './peers/requests.mjs'
import { selfTest } from './peers/self-test.mjs'
import { sendFor } from './peers/sending.mjs'
import { spentIn } from './peers/spent.mjs'
import { latencies, resultOf, table } from './peers/table.mjs'
import { bareOf, chosen } from './peers/variants.mjs'
import { sql } from './sql.mjs'

/** The length of a turn, in ms. Five rounds of all variants take 25 minutes with their warm-up. */
const TURN_MS = 400
/**
 * The start of each turn that does not count, in ms: a process that was idle for seconds is slower for its
 * first 50 ms.
 */
const LEAD_MS = 100
/** Turns per round: if the machine is slow for a second or two, it is slow for all variants. */
const TURNS = 4
/** Several warm-up rounds: code with many layers takes longer to be compiled than a bare app. */
const WARMING = 3
const CHILD = new URL('peers/child.mjs', import.meta.url)

/**
 * @param options `only`: parts, and substrings of variants' names; `connections` that send requests at once;
 * `users` who send them in turn; `profile`: a folder for a CPU profile of each variant; `beside`: the folder
 * of another build of usertwo, measured in the same rounds; `node`: paths of the Node binaries that serve,
 * one measurement for each
 */
export async function run({
  json,
  rounds,
  only = [],
  connections = IN_FLIGHT,
  users = USERS,
  write,
  profile,
  beside,
  node = [process.execPath],
}) {
  const { parts, variants } = chosen(only, Object.keys(PARTS), beside)
  const load = Number(loadavg()[0].toFixed(1))
  const server = await throwAwayServer()
  try {
    const opened = await openedOn(server, variants, users)
    const execArgv = profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []
    const measured = []
    for (const execPath of node)
      measured.push(
        await living(
          CHILD,
          Object.fromEntries(opened.map((variant) => [variant.name, [JSON.stringify(variant)]])),
          (children) => measure(children, { server, opened, parts, rounds, connections }),
          { execArgv, execPath },
        ),
      )
    const [{ server_version: postgres }] = (await sql(server.adminUrl, 'show server_version')).rows
    const unusual = connections !== IN_FLIGHT || users !== USERS || beside !== undefined
    report({ load, rounds, postgres, connections, users, measured }, { json, write: write && !unusual })
  } finally {
    await server.stop()
  }
}

async function measure(children, { server, opened, parts, rounds, connections }) {
  for (const { name } of opened) await selfTest(name, children[name].said)
  const byName = new Map(opened.map((variant) => [variant.name, variant]))
  const rows = {}
  for (const part of parts)
    rows[part] = inOnes(
      await inRounds(
        [...byName.keys()],
        rounds * TURNS,
        (name) => turn(server, byName.get(name), children[name], { request: PARTS[part], connections }),
        WARMING * TURNS,
      ),
    )
  const variants = opened.map((variant) => {
    const to = bareOf(variant)
    const compared = (part) => ({
      wall: comparison(rows[part], to, variant.name, 'wall'),
      cpu: comparison(rows[part], to, variant.name, 'cpu'),
      latency: latencyOf(rows[part].map((row) => row[variant.name])),
    })
    const all = Object.fromEntries(parts.map((part) => [part, compared(part)]))
    return resultOf({ name: variant.name, to }, all)
  })
  return { node: children[opened[0].name].said.node, variants }
}

/** Returns the median over the rounds of what half of the requests took at most, and 99 of a hundred, in ms. */
function latencyOf(rounds) {
  const of = (by) => middle(rounds.map((round) => round[by]))
  return { p50: of('p50'), p99: of('p99') }
}

/** Combines each TURNS turns of a variant into one round: their mean, and the quantiles of all requests. */
function inOnes(turns) {
  const mean = (rows, name, by) => rows.reduce((sum, row) => sum + row[name][by], 0) / rows.length
  return Array.from({ length: turns.length / TURNS }, (_, round) => {
    const of = turns.slice(round * TURNS, (round + 1) * TURNS)
    return Object.fromEntries(
      Object.keys(of[0]).map((name) => {
        const took = of.flatMap((row) => row[name].took)
        const [p50, p99] = [quantile(took, 0.5), quantile(took, 0.99)]
        return [name, { wall: mean(of, name, 'wall'), cpu: mean(of, name, 'cpu'), p50, p99 }]
      }),
    )
  })
}

/** Measures one turn. */
async function turn(server, { name, url }, { child, said }, { request, connections }) {
  const timing = { ms: TURN_MS, lead: LEAD_MS, connections }
  const { app, backends, done, took, all } = await spentIn(server, url, child.pid, () =>
    sendFor(said, request, timing).catch((cause) => {
      throw new Error(`${name} failed while it was measured`, { cause })
    }),
  )
  return { wall: (TURN_MS * 1000) / done, cpu: (app + backends) / all, took }
}

function report({ load, rounds, postgres, connections, users, measured }, { json, write }) {
  if (json) console.log(JSON.stringify({ load, connections, users, measured }, null, 2))
  else
    for (const { node, variants } of measured)
      console.log(
        `Node ${node}, throughput to the bare app, ${connections} in flight, ${users} users; load ${load} at the start\n${table(variants)}\n\n${latencies(variants)}`,
      )
  if (!write) return
  if (load >= QUIET)
    return console.error(
      `docs/reference/measurements.md was not changed: the load was ${load} at the start and must be below ${QUIET}`,
    )
  writePage({ load, rounds, postgres, measured })
}
