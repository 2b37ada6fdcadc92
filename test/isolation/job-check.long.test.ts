// What the gate says of an app that works outside requests: by its own timers, by a scheduler that sets them again, and by a thread.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lay, plant, usertwo } from '../init/play.mjs'
import { build } from '../support/built.js'

/** A scheduler of the shape of node-cron 4: it waits a day at most, and sets its next timer itself. */
const SCHEDULER = `const DAY = 86_400_000
exports.schedule = (_when, work) => {
  const due = Date.now() + 3 * DAY
  const wait = () => setTimeout(() => (Date.now() < due ? wait() : work()), Math.min(DAY, due - Date.now()))
  wait()
}
`
/** …of version 3: it looks at the clock each second. */
const LOOKING = `exports.schedule = (when, work) => {
  const [minute, hour, , , weekday] = when.split(' ')
  const fits = (pattern, value) => pattern === '*' || pattern.split(',').map(Number).includes(value)
  const look = () => {
    const now = new Date()
    const isTime = now.getSeconds() === 0 && fits(minute, now.getMinutes()) && fits(hour, now.getHours())
    if (isTime && fits(weekday, now.getDay())) work()
    setTimeout(look, 1000)
  }
  setTimeout(look, 1000)
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
  id: string
  verdict: string
  evidence: { what: string; at?: string; route?: string }[]
}

/** What these checks say of the app with these lines in it, from line `first` on. */
async function checksWith(lines: string[], only: string, before = LISTEN) {
  const added = `${lines.join('\n')}\n`
  plant(app.folder, { file: 'server.js', from: before, to: added + before })
  const text = readFileSync(join(app.folder, 'server.js'), 'utf8')
  const first = text.slice(0, text.indexOf(added)).split('\n').length
  try {
    const { stdout } = await usertwo(app.folder, 'gate', '6', '--only', only, '--json')
    const checks: Verdict[] = JSON.parse(stdout).phases[0].checks
    return { first, checks }
  } finally {
    plant(app.folder, { file: 'server.js', from: added, to: '' })
  }
}

async function verdictWith(jobs: string[]) {
  const { first, checks } = await checksWith(jobs, 'isolation.jobs')
  return { first, ...checks[0]! }
}

const COUNT = "pool.query('select count(*) from todos')"

test('isolation.jobs names each job that queries a table without a user, by its place', async () => {
  const jobs = [
    `setInterval(() => ${COUNT}, 3_600_000)`,
    `setInterval(() => void ${COUNT}.catch(() => {}), 700)`,
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

test.each(['0,10,20,30,40,50 * * * *', '30 2 * * *', '15 4 * * 0'])(
  'isolation.jobs sees a job of a scheduler that looks at the clock: %s',
  async (when) => {
    const file = join(app.folder, 'node_modules/node-cron/index.js')
    writeFileSync(file, LOOKING)
    try {
      const job = (work: string) => [`require('node-cron').schedule('${when}', () => ${work})`]
      const honest = await verdictWith(job(`require('usertwo').forEachUser(() => ${COUNT})`))
      expect(honest).toMatchObject({ verdict: 'pass', evidence: [] })
      const { verdict, evidence } = await verdictWith(job(COUNT))
      expect([verdict, evidence[0]?.what]).toEqual([
        'fail',
        expect.stringMatching(/^queries todos without a user/),
      ])
    } finally {
      writeFileSync(file, SCHEDULER)
    }
  },
  240_000,
)

test('isolation.jobs is unknown where a job never ran', async () => {
  const { verdict, evidence } = await verdictWith([
    "const cron = require('node-cron')",
    `if (process.env.DIGEST) cron.schedule('0 6 * * *', () => ${COUNT})`,
  ])
  expect(verdict).toBe('unknown')
  expect(evidence[0]?.what).toMatch(/^node-cron: 0 6 \* \* \* did not run in the gate: set in app\.env/)
}, 240_000)

const MAKES = `require('usertwo').forEachUser(() => pool.query("insert into todos (task) values ('tick')"))`
const COMPARING =
  'isolation.baseline,isolation.foreign-ids,isolation.no-interference,isolation.kept-in-memory'

test('rows that jobs make every 3 s count against no route', async () => {
  const jobs = [
    `setInterval(() => ${MAKES}.catch(console.error), 3000)`,
    `const again = () => setTimeout(() => ${MAKES}.finally(again), 3000); again()`,
    `;(async () => { for await (const _ of require('timers/promises').setInterval(3000)) await ${MAKES} })().catch(console.error)`,
    `;(async () => { for (;;) { await require('util').promisify(setTimeout)(3000); await ${MAKES} } })().catch(console.error)`,
  ]
  const { checks } = await checksWith(jobs, COMPARING)
  expect(checks.map(({ id, evidence }) => [id, evidence])).toEqual(COMPARING.split(',').map((id) => [id, []]))
}, 600_000)

test('what a timer takes from the rows of all users into the process is found, by the route that shows it', async () => {
  const { checks } = await checksWith(
    [
      'let latest = []',
      `setInterval(async () => { latest = (await require('usertwo').asSystem('keeps the latest', () => pool.query('select * from todos order by id desc limit 5'))).rows }, 3000)`,
      "app.get('/latest', (req, res) => res.json(latest))",
    ],
    'isolation.kept-in-memory',
    'app.use((error',
  )
  expect(checks[0]).toMatchObject({ verdict: 'fail' })
  expect(checks[0]!.evidence.map(({ route }) => route)).toContain('GET /latest')
}, 600_000)

test('a thread with a pool of its own is refused in the gate as it is in production', async () => {
  const thread = `const { parentPort } = require('worker_threads')
const pool = new (require('pg').Pool)({ connectionString: process.env.DATABASE_URL })
const say = (said) => parentPort.postMessage(said)
pool.query('select task from todos').then(({ rows }) => say(rows), (error) => say({ error: error.message }))`
  const { checks } = await checksWith(
    [
      "app.get('/in-a-thread', (req, res) => {",
      `  const thread = new (require('worker_threads').Worker)(${JSON.stringify(thread)}, { eval: true })`,
      "  thread.once('message', (said) => { res.status(said.error ? 500 : 200).json(said); thread.terminate() })",
      "  thread.once('error', (error) => res.headersSent || res.status(500).json({ error: error.message }))",
      '})',
    ],
    'isolation.foreign-ids',
    'app.use((error',
  )
  expect(checks[0]!.evidence.map(({ what }) => what)).toEqual([
    expect.stringMatching(/^no attack on it proves anything: .* last GET \/in-a-thread: 500/),
  ])
}, 600_000)
