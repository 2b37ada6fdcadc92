// npm run leaks -- [--app journal] [--seed 1] [--runs 1] [--each 8] [--only CHECK,…]: plants leaks in the process of an app, several in each
// run, and runs gate 6: each must be named by the route that lets it out. The apps: the examples, and those of test/honest.
// Exits 0 if each is named or listed as not tried, 1 if one is missed or a run is GO, 2 if it could not run, 64 for wrong arguments.
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { refuse } from './prepare/arguments.mjs'
import { ROOT } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'

const given = argumentsOf()
prepare()
const { layFolder, usertwo } = await import('../test/init/play.mjs')
const { leaksOf } = await import('../test/leaks/generate.mjs')
const { exclusionOf } = await import('../dist/proof/attack/campaign/exclusions.js')
const { loadProject } = await import('../dist/proof/gate/project.js')

/** A call of usertwo(), with the app in it. */
const WRAPPED = /\busertwo\((createApp\(\)|app)(?=,)/
/** Checks that compare with the recording name a planted difference, and no leak. */
const NO_ATTACK = /\.(?:baseline|without-usertwo|silent-loss)$/
/** Where all users read some tables, what belongs to one user: other words are public. */
const OF_ONE_USER = { journal: '/drafts' }

const source = [join(ROOT, 'examples', given.app), join(ROOT, 'test', 'honest', given.app)].find((folder) =>
  existsSync(join(folder, 'usertwo', 'inventory.json')),
)
if (!source) refuse(`--app ${given.app}: no such app`)
const inventory = JSON.parse(readFileSync(join(source, 'usertwo', 'inventory.json'), 'utf8'))
const kindOf = exclusionOf((await loadProject(source)).config)
/** Whether no user but the owner reaches a route, or usertwo answers it itself. */
const isClosed = (path, method) =>
  /^\/(?:ready|metrics)$/.test(path) || ![null, 'open'].includes(kindOf(method, path)?.kind ?? null)
const sums = { planted: 0, named: 0, untried: 0, missed: 0, idle: 0, go: 0 }
for (let run = 0; run < given.runs; run++) await plantedRun(given.seed + run)
const { planted, named, untried, missed, idle, go } = sums
console.log(
  `${planted} planted: ${named} named, ${untried} not tried, ${missed} missed, ${idle} with nothing to let out; ${go} of ${given.runs} runs GO`,
)
process.exitCode = missed > 0 || go > 0 ? 1 : 0

async function plantedRun(seed) {
  const of = OF_ONE_USER[given.app]
  const leaks = leaksOf(inventory, seed, given.each, isClosed).map((leak) => ({ ...leak, of }))
  const { folder, remove } = layFolder(pathToFileURL(source), [join(ROOT, 'node_modules')])
  try {
    const log = join(folder, '..', 'reached')
    writeFileSync(log, '')
    cpSync(join(ROOT, 'test', 'leaks', 'plant.mjs'), join(folder, 'plant.mjs'))
    writeFileSync(join(folder, 'leaks.json'), JSON.stringify(leaks))
    const entry = join(folder, 'server.hardened.js')
    const text = readFileSync(entry, 'utf8')
    if (!WRAPPED.test(text)) refuse(`--app ${given.app}: its server.hardened.js has no usertwo(app, …)`)
    const call = `plant($1, ${JSON.stringify(join(folder, 'leaks.json'))}, ${JSON.stringify(log)})`
    writeFileSync(entry, `import { plant } from './plant.mjs'\n${text.replace(WRAPPED, `usertwo(${call}`)}`)
    const only = given.only ? ['--only', given.only] : []
    const { stdout, stderr, code } = await usertwo(folder, 'gate', '6', '--json', ...only)
    if (!stdout.startsWith('{')) {
      console.error(stderr)
      process.exitCode = 2
      throw new Error(`gate 6 ended with ${code}`)
    }
    const document = JSON.parse(stdout)
    judge(leaks, document, notesOf(readFileSync(log, 'utf8')), seed)
  } finally {
    remove()
  }
}

/** What is noted of each leak in the run. */
function notesOf(log) {
  const lines = log
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  return (leak) => {
    const own = lines.filter(({ id }) => id === leak.id)
    const has = (what) => own.some((one) => one.what === what)
    const shown = [...new Set(own.flatMap(({ what, value }) => (what === 'shown' ? [value] : [])))]
    return { kept: has('kept'), answered: has('answered'), reached: has('reached'), shown }
  }
}

function judge(leaks, { go, phases }, noted, seed) {
  if (go) sums.go += 1
  const checks = phases.flatMap((phase) => phase.checks).filter(({ id }) => !NO_ATTACK.test(id))
  const lines = (verdict) =>
    checks
      .filter((check) => check.verdict === verdict)
      .flatMap(({ id, evidence }) => evidence.map((one) => ({ id, ...one })))
  const [found, unknown] = [lines('fail'), lines('unknown')]
  console.log(`seed ${seed}: ${go ? 'GO' : 'NO-GO'}`)
  for (const leak of leaks) {
    // What answers for a route that handed on has no route.
    const at = [leak.route, ...(leak.when === 'error' ? ['GET *'] : [])]
    const by = found.find(({ route }) => at.some((one) => isAt(route, one)))
    const not = unknown.find(({ route, part }) => isAt(route ?? part, leak.route))
    const [outcome, why] = by ? ['named', by.id] : not ? ['untried', not.id] : unnamed(leak, noted(leak))
    sums.planted += 1
    sums[outcome] += 1
    const how = `${leak.takes}, ${leak.keeps}, by ${leak.by}${leak.when ? ` (${leak.when})` : ''}`
    console.log(`  ${outcome.padEnd(7)} ${leak.id} ${leak.route}: ${how}: ${why}`)
  }
}

/** An error that its route never answers, a word that no request brings, or a member of a file, cannot leak in this app. */
function unnamed({ when, by }, { kept, answered, reached, shown }) {
  if (shown.length) return ['missed', `showed ${shown.join(' and ').slice(0, 200)}`]
  if (!kept) return ['idle', 'no request brings what it keeps']
  if (when === 'error' && !answered) return ['idle', 'its route answers no error']
  if (answered && !reached) return ['idle', `its route answers nothing with a ${by}`]
  return [
    'missed',
    reached ? 'it held nothing of another user when its route answered' : 'no request took the way out',
  ]
}

/** Whether evidence names the route of a leak; HEAD is answered by the route of GET. */
function isAt(route, leaking) {
  if (!route) return false
  const plain = (text) =>
    text
      .replace(' (no route)', '')
      .replace(/^HEAD /, 'GET ')
      .replace(/(.)\/$/, '$1')
  return plain(route) === plain(leaking)
}

function argumentsOf() {
  const options = Object.fromEntries(
    ['app', 'seed', 'runs', 'each'].map((name) => [name, { type: 'string' }]),
  )
  try {
    const { values } = parseArgs({ options: { ...options, only: { type: 'string' } } })
    const whole = (name, byDefault, most) => {
      const text = values[name] ?? String(byDefault)
      if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= most) return Number(text)
      return refuse(`--${name} ${text}: expected a whole number from 1 to ${most}`)
    }
    return {
      app: values.app ?? 'journal',
      seed: whole('seed', 1, 1_000_000),
      runs: whole('runs', 1, 1000),
      each: whole('each', 8, 40),
      only: values.only,
    }
  } catch ({ message }) {
    return refuse(message)
  }
}
