export default {
  database: /^database +certain +pg, pool +\(src\/db\.js:3\)$/m,
  scanned:
    /server-sent events at src\/app\.js:114[\s\S]*tables +3, 3 of them would leak[\s\S]*src\/worker\.js:14 +bullmq: Worker/,
  /** init names the worker, and the one route that reads from Redis alone */
  points: /src\/worker\.js:14: bullmq: Worker[\s\S]*GET \/api\/jobs\/:id: no request was found/,
  rows: { '/api/lists': 'lists', '/api/items': 'items' },
  /** whom each job is for, and whose of what Redis holds; and what init asks to be completed */
  after: [
    {
      file: 'src/worker.js',
      from: `import { one } from './db.js'`,
      to: `import { asInjectedUser } from 'usertwo'\nimport { one } from './db.js'`,
    },
    { file: 'src/worker.js', from: 'write(job.data)', to: 'asInjectedUser(job.data, write)' },
    {
      file: 'src/queue.js',
      from: `import { Queue, QueueEvents } from 'bullmq'
import { Redis } from 'ioredis'
`,
      to: `import { randomUUID } from 'node:crypto'
import { Queue, QueueEvents } from 'bullmq'
import { Redis } from 'ioredis'
import { currentUserId, injectUser } from 'usertwo'
`,
    },
    {
      file: 'src/queue.js',
      from: `reports.add('write', data)`,
      to: `reports.add(
    'write',
    injectUser({ ...data, user: currentUserId() }),
    { jobId: randomUUID() },
  )`,
    },
    {
      file: 'src/queue.js',
      from: '/** A job as clients see it. */',
      to: 'const isOwn = (job) => job?.data.user === currentUserId()\n\n/** A job as clients see it. */',
    },
    { file: 'src/queue.js', from: 'return job ? shown(job)', to: 'return isOwn(job) ? shown(job)' },
    { file: 'src/queue.js', from: 'jobs.map(shown)', to: 'jobs.filter(isOwn).map(shown)' },
    {
      file: 'src/queue.js',
      from: 'const listen = ({ jobId, returnvalue }) => tell({ job: jobId, report: returnvalue })',
      to: `const user = currentUserId()
  const listen = async ({ jobId, returnvalue }) => {
    const job = await reports.getJob(jobId)
    if (job?.data.user === user) tell({ job: jobId, report: returnvalue })
  }`,
    },
    {
      file: 'src/queue.js',
      from: 'export async function kept(key, make) {\n',
      to: `export async function kept(name, make) {\n  const key = [currentUserId(), name].join(':')\n`,
    },
    {
      file: 'usertwo/drive.mjs',
      from: `await call('PATCH', '/api/items/3'`,
      to: `const queued = await fetch(new URL('/api/lists/3/reports', process.env.BASE_URL), { method: 'POST' })
await call('GET', \`/api/jobs/\${(await queued.json()).jobId}\`)
await call('PATCH', '/api/items/3'`,
    },
  ],
  leakChecks: 'isolation.live',
  leaks: {
    // A job's result, read by its sequential id by anyone.
    'GET /api/jobs/:id': {
      file: 'src/queue.js',
      from: 'return isOwn(job) ? shown(job)',
      to: 'return job ? shown(job)',
    },
    // The data and results of every job.
    'GET /api/queue': { file: 'src/queue.js', from: 'jobs.filter(isOwn).map(shown)', to: 'jobs.map(shown)' },
    // Every report that is done, to every stream.
    'GET /api/events': {
      file: 'src/queue.js',
      from: 'if (job?.data.user === user) tell',
      to: 'if (job) tell',
    },
    // A result that is kept in Redis by a key without the user.
    'GET /api/overview': {
      file: 'src/queue.js',
      from: `[currentUserId(), name].join(':')`,
      to: 'name',
    },
    // What the worker wrote last, in a variable of its module.
    'GET /api/latest': [
      {
        file: 'src/worker.js',
        from: 'const worker = new Worker',
        to: `export const last = { report: null }

const worker = new Worker`,
      },
      {
        file: 'src/worker.js',
        from: `worker.on('failed'`,
        to: `worker.on('completed', (_job, report) => {
  last.report = report
})
worker.on('failed'`,
      },
      {
        file: 'src/app.js',
        from: `from './queue.js'`,
        to: `from './queue.js'\nimport { last } from './worker.js'`,
      },
      {
        file: 'src/app.js',
        from: `res.json(await one('select id, name, items from reports order by id desc limit 1'))`,
        to: `res.json(last.report ?? (await one('select id, name, items from reports order by id desc limit 1')))`,
      },
    ],
  },
}
