// A notice board for one person: of the notices others may read each, and of the reminders nobody else knows.
import express from 'express'

const board = await import(process.env.BY_KNEX ? './by-knex.js' : './by-pg.js')
export const { handle } = board

export const app = express()
app.use(express.json())

app.get('/health', (_req, res) => res.json({ ok: true }))
app.get('/counts', async (_req, res) =>
  res.json({ notices: await board.count('notices'), reminders: await board.count('reminders') }),
)
for (const table of ['notices', 'reminders']) {
  app.get(`/${table}`, async ({ query: { q } }, res) =>
    res.json(await (typeof q === 'string' ? board.search(table, q) : board.all(table))),
  )
  app.get(`/${table}/:id`, async (req, res) => answer(res, await board.one(table, idOf(req))))
  app.post(`/${table}`, async (req, res) => {
    const { title } = req.body ?? {}
    if (typeof title !== 'string' || !title) return res.status(400).json({ error: 'title is missing' })
    const [made] = await board.add(table, title)
    res.status(201).json(made)
  })
  app.put(`/${table}/:id`, async (req, res) => {
    const { title } = req.body ?? {}
    if (typeof title !== 'string' || !title) return res.status(400).json({ error: 'title is missing' })
    answer(res, await board.change(table, idOf(req), title))
  })
  app.delete(`/${table}/:id`, async (req, res) => answer(res, await board.remove(table, idOf(req))))
}

// What is no number is the key of nothing.
const idOf = ({ params: { id } }) => (/^\d{1,9}$/.test(id) ? Number(id) : 0)

function answer(res, [found]) {
  if (!found) return res.status(404).json({ error: 'not found' })
  res.json(found)
}

app.use((error, _req, res, _next) => {
  console.error(error)
  res.status(error.status ?? 500).json({ error: 'that did not work' })
})
