// How long the gates take for apps of 10 and 100 routes, and one check by itself for up to 1,000 routes, to
// see how it grows.
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ROOT } from '../../scripts/prepare/step.mjs'
import { routesApp } from './routes-app.mjs'

export const WHAT = 'gates of an app by number of routes, s'
const WHOLE = [10, 100]
const ALONE = [10, 100, 1000]
/** Requests every route, each in four spellings. */
const CHECK = 'isolation.login-required'
const MOST_S = 600
/** Ten times the routes may take this factor times ten as long. */
const LINEAR = 1.3
const CLI = join(ROOT, 'dist', 'cli', 'main.js')

export async function measure() {
  const apps = new Map()
  for (const routes of new Set([...ALONE, ...WHOLE])) {
    const folder = routesApp(routes)
    await usertwo(folder, 'baseline', 'record')
    await usertwo(folder, 'inventory', '--write')
    apps.set(routes, folder)
  }
  const alone = []
  for (const routes of ALONE) {
    const { phases } = await gate(apps.get(routes), '--only', CHECK)
    alone.push({ routes, s: checkOf(phases).ms / 1000, exercised: checkOf(phases).exercised })
  }
  const whole = []
  for (const routes of WHOLE) {
    const { phases } = await gate(apps.get(routes))
    const slowest = phases.flatMap(({ checks }) => checks).sort((a, b) => b.ms - a.ms)[0]
    whole.push({
      routes,
      s: phases.reduce((sum, { ms }) => sum + ms, 0) / 1000,
      phases: phases.map(({ ms }) => Math.round(ms / 1000)),
      slowest: { id: slowest.id, s: slowest.ms / 1000 },
    })
  }
  const growth = (rows) => rows.at(-1).s / rows.at(-2).s / (rows.at(-1).routes / rows.at(-2).routes)
  const holds = whole.at(-1).s <= MOST_S && growth(whole) <= LINEAR && growth(alone) <= LINEAR
  return {
    alone,
    whole,
    limit: `100 routes within ${MOST_S} s, growing no faster than the number of routes`,
    holds,
  }
}

const checkOf = (phases) => phases.flatMap(({ checks }) => checks).find(({ id }) => id === CHECK)

/** @throws if the gate is not GO: a gate that fails or gives up early measures nothing */
async function gate(folder, ...args) {
  const { stdout } = await usertwo(folder, 'gate', ...args, '--json')
  const report = JSON.parse(stdout)
  const red = report.phases.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict !== 'pass')
  if (!report.go || red.length > 0)
    throw new Error(
      `${folder} is not a GO: ${red.map(({ id, evidence }) => `${id}: ${evidence[0]?.what}`).join('; ')}`,
    )
  return report
}

const usertwo = (cwd, ...args) =>
  promisify(execFile)(process.execPath, [CLI, ...args], { cwd, maxBuffer: 256 * 1024 * 1024 }).catch(
    (error) => {
      if (error.stdout?.startsWith('{')) return error
      throw error
    },
  )

export const lines = ({ alone, whole }) => [
  ...whole.map(
    ({ routes, s, phases, slowest }) =>
      `${String(routes).padStart(5)} routes  ${s.toFixed(0).padStart(4)} s  by phase ${phases.join(' ')}  slowest ${slowest.id} ${slowest.s.toFixed(0)} s`,
  ),
  ...alone.map(
    ({ routes, s, exercised }) =>
      `${String(routes).padStart(5)} routes  ${s.toFixed(1).padStart(6)} s  ${CHECK} alone, ${exercised} routes requested`,
  ),
]
