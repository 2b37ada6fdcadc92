// npm run bench -- request: the processor time of a request, of the app and of its backends, and what a request creates,
// reads and writes: of the bare app, behind a guard by hand, and at two dials.
import { once } from 'node:events'
import { loadavg } from 'node:os'
import { resolve } from 'node:path'
import { throwAwayServer } from '../dist/proof/postgres/throw-away.js'
import { ROOT } from '../scripts/prepare/step.mjs'
import { comparison, inRounds, living } from './interleaved.mjs'
import { middle } from './limits/middle.mjs'
import { openedOn } from './peers/databases.mjs'
import { PARTS, USERS } from './peers/requests.mjs'
import { selfTest } from './peers/self-test.mjs'
import { sendFor } from './peers/sending.mjs'
import { spentIn } from './peers/spent.mjs'
import { sameAnswers } from './request/same-answers.mjs'

/** The length of a turn, in ms, and of its start, which does not count for the clock. */
const TURN = { ms: 300, lead: 100 }
/** The code of many layers is compiled later than that of a bare app. */
const WARMING = 8
const CHILD = new URL('peers/child.mjs', import.meta.url)
const COUNT = new URL('request/count.mjs', import.meta.url).href
const COUNTED = ['promises', 'immediates', 'context entries', 'context reads', 'scopes', 'header operations']

const wrapped = (name, more) => ({ name, way: 'usertwo', by: 'bearer', ...more })
const VARIANTS = [
  { name: 'bare', way: 'bare' },
  { name: 'guard by hand', way: 'guard by hand' },
  wrapped('usertwo 2', { dial: 2 }),
  wrapped('usertwo 8', { dial: 8 }),
  wrapped('usertwo 8, logins kept 1 s', { dial: 8, lookUpEvery: 1000 }),
]

/**
 * @param options `only`: parts; `beside`: the folder of another build, measured in the same rounds; `node`: paths of the
 * Node binaries that serve, one measurement for each
 */
export async function run({ json, rounds, only = Object.keys(PARTS), beside, node = [process.execPath] }) {
  const wrong = only.find((part) => !(part in PARTS))
  if (wrong) throw new RangeError(`--only ${wrong}: not one of ${Object.keys(PARTS).join(', ')}`)
  const server = await throwAwayServer()
  try {
    const opened = await openedOn(server, variantsOf(beside), USERS)
    const measured = []
    for (const execPath of node) {
      const load = loadavg()[0]
      const times = await lived(opened, { execPath, execArgv: [] }, (children) =>
        timesOf(children, { server, opened, only, rounds }),
      )
      const counts = await lived(opened, { execPath, execArgv: ['--import', COUNT] }, (children) =>
        countsOf(children, only),
      )
      measured.push({ execPath, load, times, counts })
    }
    if (json) console.log(JSON.stringify(measured, null, 2))
    else for (const one of measured) print(one)
  } finally {
    await server.stop()
  }
}

const variantsOf = (beside) =>
  VARIANTS.flatMap((variant) => {
    const here = { ...variant, driver: 'pg', root: ROOT }
    if (beside === undefined || variant.way !== 'usertwo') return [here]
    return [here, { ...here, name: `${here.name}, there`, root: resolve(beside) }]
  })

/** Runs all variants, verifies their answers, and ends them after `use`. */
async function lived(opened, how, use) {
  const args = Object.fromEntries(opened.map((variant) => [variant.name, [JSON.stringify(variant)]]))
  const whole = async (children) => {
    for (const { name } of opened) await selfTest(name, children[name].said)
    return await use(children)
  }
  return await living(CHILD, args, whole, how)
}

async function timesOf(children, { server, opened, only, rounds }) {
  const names = opened.map(({ name }) => name)
  for (const name of names) {
    const other = children[`${name}, there`]
    if (other) await sameAnswers(children[name].said, other.said)
  }
  const urls = Object.fromEntries(opened.map(({ name, url }) => [name, url]))
  const times = {}
  for (const part of only) {
    const turn = async (name) => {
      const { child, said } = children[name]
      const send = () => sendFor(said, PARTS[part], TURN)
      const { app, backends, done, all } = await spentIn(server, urls[name], child.pid, send)
      return { app: app / all, backends: backends / all, cpu: (app + backends) / all, wall: 1000 / done }
    }
    const rows = await inRounds(names, rounds, turn, WARMING)
    times[part] = names.map((name) => ({
      name,
      app: middle(rows.map((row) => row[name].app)),
      backends: middle(rows.map((row) => row[name].backends)),
      ...comparison(rows, names[0], name, 'cpu'),
      clock: comparison(rows, names[0], name, 'wall').ratio,
    }))
  }
  return times
}

async function countsOf(children, only) {
  const counts = {}
  for (const part of only) {
    counts[part] = []
    for (const [name, { child, said }] of Object.entries(children)) {
      const told = async (count) => {
        const answer = once(child, 'message')
        child.send({ count })
        return (await answer)[0]
      }
      await sendFor(said, PARTS[part], TURN)
      await told(true)
      const { all } = await sendFor(said, PARTS[part], TURN)
      const counted = await told(false)
      counts[part].push({
        name,
        ...Object.fromEntries(COUNTED.map((what) => [what, (counted[what] ?? 0) / all])),
      })
    }
  }
  return counts
}

function print({ execPath, load, times, counts }) {
  console.log(`${execPath}, load ${load.toFixed(1)} at the start; µs of processor time per request`)
  for (const [part, rows] of Object.entries(times)) {
    console.log(`\n${part.padEnd(34)}    app  backends    sum   ratio to bare   by the clock`)
    for (const { name, app, backends, us, ratio, spread, clock } of rows)
      console.log(
        `${name.padEnd(34)} ${[app, backends, us].map((one) => one.toFixed(0).padStart(6)).join('  ')}   ${ratio.toFixed(2)} ± ${spread.toFixed(2)}     ${clock.toFixed(2)}`,
      )
  }
  for (const [part, rows] of Object.entries(counts)) {
    console.log(`\n${`${part}, each request`.padEnd(34)} ${COUNTED.join('  ')}`)
    for (const { name, ...counted } of rows)
      console.log(
        `${name.padEnd(34)} ${COUNTED.map((what) => counted[what].toFixed(1).padStart(what.length)).join('  ')}`,
      )
  }
}
