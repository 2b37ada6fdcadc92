// Writes the reports, in the process of the app.
import { Worker } from 'bullmq'
import { one } from './db.js'
import { connection } from './queue.js'

const write = ({ list }) =>
  one(
    `insert into reports (list_id, name, items)
     select l.id, l.name, count(i.id)::int from lists l left join items i on i.list_id = l.id
     where l.id = $1 group by l.id returning id, name, items`,
    list,
  )

const worker = new Worker('reports', (job) => write(job.data), { connection, concurrency: 4 })
worker.on('failed', (job, error) => console.error(`report ${job?.id} failed: ${error.message}`))
worker.on('error', (error) => console.error(error.message))
