import { expect, test } from 'vitest'
import { fileParser } from '../../../reading/syntax/sources.js'
import { addedByJobs } from './added-by-jobs.js'

const REMIND = `import cron from 'node-cron'
import { pool, db } from './db.js'
async function remind() {
  await pool.query(\`insert into reminders (uid) select uid from entries on conflict do nothing\`)
}
const prune = async () => pool.query('delete from sessions where expires < now()')
async function start() {
  await pool.query("insert into counters values ('visits', 0) on conflict do nothing")
}
start()
`

test.each([
  ["cron.schedule('* * * * *', () => remind().catch(console.error))", ['reminders']],
  ['setInterval(prune, 1000)', []],
  ["setInterval(async () => { await db('days').insert({ day }); await prune() }, 1000)", ['days']],
  [
    'class Jobs { run() { return remind() } }\nconst jobs = new Jobs()\nsetInterval(() => jobs.run(), 1000)',
    ['reminders'],
  ],
  ['setInterval(() => db(table).insert({ day }), 1000)', [null]],
  ['app.post("/remind", remind)', []],
])('names the tables to which a job adds rows, by what it calls: %s', async (job, tables) => {
  const source = (await fileParser('.'))('server.js', `${REMIND}${job}`)
  expect([...addedByJobs([source])]).toEqual(tables)
})
