// Plants and when they were watered, for one person: pages and forms in one file that listens at its end. Every mistake
// is printed and ends in a redirect, so that no answer of its own is a 4xx; its health asks a table.
import express from 'express'
import pg from 'pg'

const db = new pg.Pool({ database: process.env.PGDATABASE ?? 'plants', max: 2 })
db.on('error', (error) => console.error(error.message))
const rows = async (sql, ...values) => {
  try {
    return (await db.query(sql, values)).rows
  } catch (error) {
    console.error(`the query failed: ${error.message}`)
  }
}
const page = (body) => `<!doctype html><title>Plants</title><main>${body}</main>`
const line = ({ id, name }) => `<li><a href="/plants/${id}">${name}</a></li>`
const escaped = (text) => String(text).replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`)

const app = express()
app.use(express.urlencoded({ extended: true }))

app.get('/count', async (_req, res, next) => {
  const found = await rows('select count(*) from plants')
  found ? res.send(found[0].count) : next(new Error('no count'))
})
app.get('/', async (_req, res, next) => {
  const plants = await rows('select id, name from plants order by id')
  const form = '<form method="post" action="/plants"><input name="name"><button>Add</button></form>'
  plants ? res.send(page(`<ul>${plants.map(line).join('')}</ul>${form}`)) : next(new Error('no list'))
})
app.get('/plants/:id', async (req, res) => {
  const [plant] = (await rows('select name from plants where id = $1', req.params.id)) ?? []
  plant ? res.send(page(`<h1>${plant.name}</h1>`)) : res.redirect('/')
})
app.post('/plants', async (req, res) => {
  await rows('insert into plants (name) values ($1)', escaped(req.body?.name ?? ''))
  res.redirect('/')
})

if (process.argv[1] === import.meta.filename) app.listen(3000)

export { app, db }
