// Errands as many a first app keeps them: keys made at random, each error is answered 400 as it was caught, the way a mapper hands it on, each
// other verb is "Method Not Allowed", any other address says welcome, and a coloured line is printed for each request.
import express from 'express'
import pg from 'pg'

const { href } = new URL(process.env.DATABASE_URL)
export const pool = new pg.Pool({ connectionString: href, max: 2 })
pool.on('error', (error) => console.error(error.message))
const rows = async (sql, ...values) => {
  try {
    return (await pool.query(sql, values)).rows
  } catch (error) {
    const name = error.severity ? 'SequelizeDatabaseError' : 'SequelizeConnectionError'
    throw { name, parent: error, original: error, sql, parameters: values }
  }
}
const to = (work) => (req, res) => work(req, res).catch((error) => res.status(400).send(error))

export const app = express()
app.use((req, res, next) => {
  res.once('finish', () =>
    console.log(`\u001b[0m${req.method} ${req.originalUrl} \u001b[32m${res.statusCode}\u001b[0m`),
  )
  next()
})
app.use(express.json())

app.get('/api', (_req, res) => res.send({ message: 'Welcome to the errands' }))
app.get(
  '/api/errands',
  to(async (_req, res) => res.send(await rows('select id, name from errands order by name'))),
)
app.post(
  '/api/errands',
  to(async (req, res) => {
    const [made] = await rows('insert into errands (name) values ($1) returning id, name', req.body?.name)
    res.status(201).send(made)
  }),
)
app.get(
  '/api/errands/:id',
  to(async (req, res) => {
    const [one] = await rows('select id, name from errands where id = $1', req.params.id)
    res.status(one ? 200 : 404).send(one ?? { message: 'Not Found' })
  }),
)
app.delete(
  '/api/errands/:id',
  to(async (req, res) => {
    const [gone] = await rows('delete from errands where id = $1 returning id', req.params.id)
    res.status(gone ? 200 : 404).send({ message: gone ? 'Done with' : 'Not Found' })
  }),
)
app.all('/api/errands', (_req, res) => res.status(405).send({ message: 'Method Not Allowed' }))
app.get(/.*/, (_req, res) => res.send({ message: 'Welcome' }))
