// npm run bench -- start: what a start of comic-pile costs until its first answer, as it is and wrapped at 0 and 8.
import { fork } from 'node:child_process'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { loadProject } from '../dist/tools/gate/project.js'
import { openTemplates } from '../dist/tools/gate/templates.js'
import { ROOT } from '../scripts/prepare/step.mjs'
import { shuffled, sorted } from './interleaved.mjs'

const PILE = join(ROOT, 'examples', 'comic-pile')
const CHILD = new URL('start/child.mjs', import.meta.url)
const VARIANTS = [
  ['the app alone', 'server.js', 0],
  ['wrapped, at 0', 'server.hardened.js', 0],
  ['wrapped, at 8', 'server.hardened.js', 8],
]

export async function run({ json, rounds }) {
  const project = await loadProject(PILE)
  const templates = await openTemplates(project)
  const seen = new Map(VARIANTS.map(([name]) => [name, []]))
  try {
    const urls = { 0: (await templates.clone(0)).url, 8: (await templates.clone(8)).url }
    // The first round fills the caches of files.
    for (let round = -1; round < rounds; round++)
      for (const [name, file, dial] of shuffled(VARIANTS)) {
        const one = await start(join(PILE, file), { DATABASE_URL: urls[dial], USERTWO_PHASE: String(dial) })
        if (round >= 0) seen.get(name).push(one)
      }
  } finally {
    await templates.stop()
  }
  report(seen, json)
}

/** @returns cpu and wall in ms, rss in MiB, when the first request has been answered */
function start(file, env) {
  return new Promise((resolve, reject) => {
    const child = fork(CHILD, [file], {
      cwd: PILE,
      env: {
        ...process.env,
        ...env,
        AUTO_BACKUP_ENABLED: 'false',
        ENVIRONMENT: 'development',
        JWT_SECRET: 'only-to-be-measured-0123456789abcdefghij',
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    child.once('message', (told) => {
      resolve(told)
      child.kill()
    })
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code} before its first answer`)))
  })
}

function report(seen, json) {
  const middle = (name, what) => sorted(seen.get(name).map((one) => one[what]))[seen.get(name).length >> 1]
  const [[alone]] = VARIANTS
  const rows = VARIANTS.map(([name]) => {
    const row = { name, cpu: middle(name, 'cpu'), rss: middle(name, 'rss'), wall: middle(name, 'wall') }
    return { ...row, more: { cpu: row.cpu - middle(alone, 'cpu'), rss: row.rss - middle(alone, 'rss') } }
  })
  const load = Number(loadavg()[0].toFixed(1))
  if (json) return console.log(JSON.stringify({ load, variants: rows }, null, 2))
  console.log(`A start of comic-pile until its first answer; load ${load}`)
  for (const { name, cpu, rss, wall, more } of rows)
    console.log(
      `${name.padEnd(13)}  ${cell(cpu)} ms of processor (+${cell(more.cpu)})  ${cell(rss)} MiB (+${cell(more.rss)})  ${cell(wall)} ms`,
    )
}

const cell = (number) => number.toFixed(0).padStart(4)
