// npm run bench -- start [--beside FOLDER]: what a start of comic-pile costs until its first response, alone
// and wrapped at dials 0 and 8, and the same for another checkout that is built already.
import { execFileSync, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { loadProject } from '../dist/proof/gate/project.js'
import { openTemplates } from '../dist/proof/gate/templates.js'
import { ROOT } from '../scripts/prepare/step.mjs'
import { shuffled, sorted } from './interleaved.mjs'

const PILE = join(ROOT, 'examples', 'comic-pile')
const CHILD = new URL('start/child.mjs', import.meta.url)
const ALONE = 'the app alone'
const wrappedIn = (root, where = '') => {
  const file = join(root, 'examples', 'comic-pile', 'server.hardened.js')
  return [0, 8].map((dial) => [`wrapped${where}, at ${dial}`, file, dial, root])
}

export async function run({ json, rounds, beside }) {
  const variants = [
    [ALONE, join(PILE, 'server.js'), 0, ROOT],
    ...wrappedIn(ROOT),
    ...(beside ? wrappedIn(resolve(beside), ' there') : []),
  ]
  const project = await loadProject(PILE)
  const templates = await openTemplates(project)
  const seen = new Map(variants.map(([name]) => [name, []]))
  try {
    for (const variant of variants) variant.push((await database(templates, variant[2], variant[3])).url)
    // The first round fills the file caches.
    for (let round = -1; round < rounds; round++)
      for (const [name, file, dial, , url] of shuffled(variants)) {
        const one = await start(file, { DATABASE_URL: url, USERTWO_PHASE: String(dial) })
        if (round >= 0) seen.get(name).push(one)
      }
  } finally {
    await templates.stop()
  }
  report(seen, json)
}

/** Returns a database migrated by the toolkit of that checkout. */
async function database(templates, dial, root) {
  if (root === ROOT) return templates.clone(dial)
  const clone = await templates.clone(0)
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const to = ['migrate', 'up', '--to', String(dial), '--database', clone.url, '--admin', clone.adminUrl]
  const command = [join(root, bin.usertwo), ...to, '--config', join(root, 'examples', 'comic-pile')]
  if (dial > 0) execFileSync(process.execPath, command, { stdio: ['ignore', 'ignore', 'inherit'] })
  return clone
}

/** @returns cpu and wall in ms, rss in MiB, after the first request was answered */
function start(file, env) {
  return new Promise((resolve, reject) => {
    const child = fork(CHILD, [file], {
      cwd: dirname(file),
      env: {
        ...process.env,
        ...env,
        AUTO_BACKUP_ENABLED: 'false',
        ENVIRONMENT: 'development',
        JWT_SECRET: 'only-to-be-measured-0123456789abcdefghij',
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    child.once('message', (message) => {
      resolve(message)
      child.kill()
    })
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code} before its first response`)))
  })
}

function report(seen, json) {
  const middle = (name, what) => sorted(seen.get(name).map((one) => one[what]))[seen.get(name).length >> 1]
  const rows = [...seen.keys()].map((name) => {
    const row = { name, cpu: middle(name, 'cpu'), rss: middle(name, 'rss'), wall: middle(name, 'wall') }
    return { ...row, more: { cpu: row.cpu - middle(ALONE, 'cpu'), rss: row.rss - middle(ALONE, 'rss') } }
  })
  const load = Number(loadavg()[0].toFixed(1))
  if (json) return console.log(JSON.stringify({ load, variants: rows }, null, 2))
  console.log(`A start of comic-pile until its first response; load ${load}`)
  for (const { name, cpu, rss, wall, more } of rows)
    console.log(
      `${name.padEnd(19)}  ${cell(cpu)} ms of processor (+${cell(more.cpu)})  ${cell(rss)} MiB (+${cell(more.rss)})  ${cell(wall)} ms`,
    )
}

const cell = (number) => number.toFixed(0).padStart(4)
