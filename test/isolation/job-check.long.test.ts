// What the gate says of an app that works outside requests: by its own timers, and by a scheduler that sets them again.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lay, plant, usertwo } from '../init/play.mjs'
import { build } from '../support/built.js'

/** A scheduler of the shape of node-cron: it waits a day at most, and sets its next timer itself. */
const SCHEDULER = `const DAY = 86_400_000
exports.schedule = (_when, work) => {
  const due = Date.now() + 3 * DAY
  const wait = () => setTimeout(() => (Date.now() < due ? wait() : work()), Math.min(DAY, due - Date.now()))
  wait()
}
`
const LISTEN = 'app.listen('

let app: { folder: string; remove(): void }

beforeAll(async () => {
  await build()
  app = await lay('todos')
  mkdirSync(join(app.folder, 'node_modules/node-cron'))
  writeFileSync(join(app.folder, 'node_modules/node-cron/index.js'), SCHEDULER)
  const { code, stderr } = await usertwo(app.folder, 'init', '--yes')
  expect(code, stderr).toBe(0)
}, 180_000)
afterAll(() => app?.remove())

interface Verdict {
  verdict: string
  evidence: { what: string; at?: string }[]
}

/** What the check says of the app with these jobs in it, one a line, from line `first` on. */
async function verdictWith(jobs: string[]) {
  const added = `${jobs.join('\n')}\n`
  plant(app.folder, { file: 'server.js', from: LISTEN, to: added + LISTEN })
  const text = readFileSync(join(app.folder, 'server.js'), 'utf8')
  const first = text.slice(0, text.indexOf(added)).split('\n').length
  try {
    const { stdout } = await usertwo(app.folder, 'gate', '6', '--only', 'isolation.jobs', '--json')
    const [check]: Verdict[] = JSON.parse(stdout).phases[0].checks
    return { first, ...check! }
  } finally {
    plant(app.folder, { file: 'server.js', from: added, to: '' })
  }
}

const COUNT = "pool.query('select count(*) from todos')"

test('isolation.jobs names each job that queries a table without a user, by its place', async () => {
  const jobs = [
    `setInterval(() => ${COUNT}, 3_600_000)`,
    `setInterval(() => void ${COUNT}, 700)`,
    `require('node-cron').schedule('0 6 * * *', () => ${COUNT})`,
    "setInterval(() => pool.query('insert into todos (task) values (1)'), 60_000) // rejects",
    `;(async () => { for (;;) { await require('timers/promises').setTimeout(300); await ${COUNT}.catch(() => {}) } })()`,
  ]
  const { verdict, evidence, first } = await verdictWith(jobs)
  expect(verdict).toBe('fail')
  for (const at of jobs.keys())
    expect(evidence).toContainEqual(
      expect.objectContaining({
        what: expect.stringMatching(/^queries todos without a user, and is refused: /),
        at: `server.js:${first + at}`,
      }),
    )
}, 240_000)

test('isolation.jobs passes jobs for each user, for the system, and those that query no table of users', async () => {
  const { verdict, evidence } = await verdictWith([
    `setInterval(() => require('usertwo').forEachUser(() => ${COUNT}), 3_600_000)`,
    `require('node-cron').schedule('0 6 * * *', () => require('usertwo').asSystem('counts', () => ${COUNT}))`,
    "setInterval(() => pool.query('select 1'), 3_600_000)",
  ])
  expect({ verdict, evidence }).toEqual({ verdict: 'pass', evidence: [] })
}, 240_000)

test('isolation.jobs is unknown where a job never ran', async () => {
  const { verdict, evidence } = await verdictWith([
    "const cron = require('node-cron')",
    `if (process.env.DIGEST) cron.schedule('0 6 * * *', () => ${COUNT})`,
  ])
  expect(verdict).toBe('unknown')
  expect(evidence[0]?.what).toMatch(/^node-cron: 0 6 \* \* \* did not run in the gate: set in app\.env/)
}, 240_000)
