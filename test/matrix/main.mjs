// Runs the cells one after the other and prints the table; see docs/reference/matrix.md.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { ROOT, say } from '../../scripts/prepare/step.mjs'
import { factsOf, played } from '../init/play.mjs'
import { gated } from './app.mjs'
import { positionals, values } from './arguments.mjs'
import { backedUp, clientFor } from './backup.mjs'
import { bouncerTo } from './bouncer.mjs'
import {
  APPS,
  BACKUPS,
  BOUNCED,
  BY_TESTS,
  CELLS,
  EXPRESSES,
  FENCED,
  HONEST,
  INSTALLED,
  LIBRARIES,
  ON_NODES,
  RUNS,
  SERVERS,
  SHAPES,
} from './cells.mjs'
import { startDatabase } from './database.mjs'
import { seenAlike } from './express.mjs'
import { fenced } from './fenced.mjs'
import { installLibraries, lacksRedis, playedLibrary } from './libraries.mjs'
import { changeNode } from './nodes.mjs'
import { fuzzed, tested } from './on-server.mjs'
import { install, pairFolder } from './pairs.mjs'
import { serverOf } from './servers.mjs'
import { ranUnedited } from './unedited.mjs'

const MINUTES = 5
/** The groups of `arguments.mjs`. */
const GROUPS = { node: ON_NODES, postgres: SERVERS }
const CELL = fileURLToPath(new URL('cell.mjs', import.meta.url))

if (!values.installed) install()
let database = await startDatabase()
const bouncer = values.installed ? null : await bouncerTo(database)
const wanted = values.installed
  ? INSTALLED
  : positionals.length
    ? Object.entries(GROUPS).flatMap(([name, cells]) => (positionals.includes(name) ? cells : []))
    : [
        ...CELLS,
        ...RUNS,
        ...FENCED,
        ...EXPRESSES,
        ...APPS,
        ...HONEST,
        ...SHAPES,
        ...LIBRARIES,
        ...BY_TESTS,
        ...BACKUPS,
        ...(bouncer ? BOUNCED : []),
        ...ON_NODES,
        ...SERVERS,
      ]
// Without usertwo there is nothing that a gate could ask.
const possible = values.bare ? wanted.filter(({ work, fenced }) => work && !fenced) : wanted
const cells = possible.filter(({ name }) => !values.only || name.includes(values.only))
const width = Math.max(...cells.map(({ name }) => name.length))
const results = []
/** The major under test; undefined: the installed server. */
let server
try {
  for (const cell of cells) {
    if (cell.server !== server && !(await change(cell.server))) continue
    if (!changeNode(cell.node)) continue
    const started = performance.now()
    const outcome = await outcomeOf(cell)
    const result = { name: cell.name, ...outcome, ms: Math.round(performance.now() - started) }
    results.push(result)
    if (values.json) continue
    const said = result.said ?? (cell.refused ? `refused: ${cell.refused}` : '')
    console.log(
      `${cell.name.padEnd(width)} ${column(result.queries)} ${column(result.wrong)} wrong ${column(result.ms)} ms  ${said}`.trimEnd(),
    )
    if (result.first) console.log(`    ${result.first.split('\n').slice(0, 8).join('\n    ')}`)
  }
} finally {
  await bouncer?.stop()
  await database.stop()
}

const sum = (key) => results.reduce((total, result) => total + result[key], 0)
if (values.json) console.log(JSON.stringify({ cells: results }, null, 2))
else console.log(`${results.length} cells, ${sum('queries')} queries, ${sum('wrong')} wrong`)
process.exitCode = sum('wrong') > 0 || results.length === 0 ? 1 : 0

function outcomeOf(cell) {
  if (cell.tests) return tested(cell.tests)
  if (cell.dumped) return testedByDumps(cell)
  if (cell.express) return seenAlike(cell.express)
  if (cell.fuzz) return fuzzed()
  if (cell.command) return ranUnedited(cell, pairFolder(cell), database, values)
  if (cell.backup) return backedUp(cell.backup)
  if (cell.init) return initialised(cell)
  if (cell.ofLibrary) return ofLibrary(cell)
  // The proof that the checks can fail is the same on every server.
  if (cell.app)
    return gated(`matrix/apps/${cell.app}`, {
      gate: '6',
      prove: !values.installed && !cell.server && !cell.node,
    })
  if (cell.example) return gated(`../examples/${cell.example}`, { gate: '6' })
  if (cell.honest) return gated(`honest/${cell.honest}`, cell)
  return cell.fenced ? fenced({ folder: pairFolder(cell), work: cell.work }, database) : play(cell)
}

/** Tests that compare dumps, with a pg_dump of the server's major or a later one. */
async function testedByDumps({ dumped, server }) {
  const bin = clientFor(server)
  if (!bin) return { queries: 0, wrong: 0, first: null, said: `NOT RUN: no pg_dump ${server}` }
  return tested(dumped, { PG_BIN: bin })
}

async function initialised({ init: name, options }) {
  const problems = await played(name, ...options)
  const did = (await factsOf(name)).refused ? 'refused before anything is written' : 'gates 1 to 8, a leak'
  return {
    queries: 1,
    wrong: problems.length,
    first: problems[0] ?? null,
    said: ['init --yes', ...options, did].join(', '),
  }
}

async function ofLibrary({ ofLibrary: name, options }) {
  if (lacksRedis(name))
    return {
      queries: 0,
      wrong: process.env.CI ? 1 : 0,
      first: null,
      said: 'NOT TESTED: Redis is not installed here',
    }
  installLibraries()
  const { wrong, attack } = await playedLibrary(name, ...options)
  const did = attack
    ? `${attack.requests} requests of two users at once: ${attack.foreign} foreign, ${attack.ownMissing} own missing; gates 1 to 8, leaks`
    : 'refused before anything is written'
  return {
    queries: attack?.requests ?? 1,
    wrong: wrong.length,
    first: wrong.join('\n') || null,
    said: ['init --yes', ...options, did].join(', '),
  }
}

function column(number) {
  return String(number).padStart(7)
}

/** From here on every process uses a server of this major; false: none exists for this platform. */
async function change(major) {
  const place = await serverOf(major)
  if (!place) return false
  process.env.USERTWO_EMBEDDED = place
  await database.stop()
  database = await startDatabase()
  server = major
  return true
}

/** A cell that ends without a word, or not at all, is wrong. */
async function play({ name, library, pg, work, through, refused }) {
  const folder = values.installed ? ROOT : pairFolder({ library, pg })
  const args = ['--folder', folder, '--work', work, '--url', database.url, '--queries', values.queries]
  if (through) args.push('--through', bouncer.url, '--people', '50')
  if (refused) args.push('--refused', refused)
  if (values.bare) args.push('--bare')
  const child = spawn(process.execPath, [CELL, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const late = setTimeout(() => child.kill('SIGKILL'), MINUTES * 60_000)
  const printed = { stdout: '', stderr: '' }
  for (const sink of ['stdout', 'stderr']) child[sink].on('data', (text) => (printed[sink] += text))
  const [code, signal] = await once(child, 'close')
  clearTimeout(late)
  const last = printed.stdout.trim().split('\n').at(-1)
  if (code === 0 && last?.startsWith('{')) return JSON.parse(last)
  say(`${name} ended with ${signal ?? code}`)
  const said = printed.stderr.trim()
  return { queries: 1, wrong: 1, first: said.slice(Math.max(0, said.search(/^\w*Error\b/m))) || 'no word' }
}
