// Plants and when they were watered, for one person: pages and forms in one file that listens at its end. Every write
// ends in a redirect, done or not; a mistake is printed, so that no answer of its own is a 4xx; its health asks a table.
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
const watering = ({ id, plant_id, note }) => `<p>${note}</p>
  <form id="delete${id}" method="post" action="/waterings/${id}/delete"><input type="hidden" name="plantId" value="${plant_id}"></form>`
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
  const [plant] = (await rows('select id, name from plants where id = $1', req.params.id)) ?? []
  const waterings =
    (await rows('select * from waterings where plant_id = $1 order by id', req.params.id)) ?? []
  plant ? res.send(page(`<h1>${plant.name}</h1>${waterings.map(watering).join('')}`)) : res.redirect('/')
})
app.post('/waterings', async ({ body }, res) => {
  await rows(
    'insert into waterings (plant_id, note) values ($1, $2)',
    body?.plantId,
    escaped(body?.note ?? ''),
  )
  res.redirect(`/plants/${body?.plantId}`)
})
app.get('/join', (_req, res) => {
  res.send(page('<form method="post" action="/join"><input name="name"><button>Join</button></form>'))
})
app.post('/join', (_req, res) => res.redirect('/'))
// The way back is the way in: without it the form leads nowhere.
app.get('/waterings/:id', async ({ params, query }, res, next) => {
  const [one] = (await rows('select note from waterings where id = $1', params.id)) ?? []
  const back = `<form action="/plants/${escaped(query.plantId ?? '')}"><button>Back</button></form>`
  one ? res.send(page(`<p>${one.note}</p>${back}`)) : next(new Error('no such watering'))
})
app.post('/waterings/:id', async ({ params, body }, res) => {
  await rows('update waterings set note = $1 where id = $2', escaped(body?.note ?? ''), params.id)
  res.redirect(`/plants/${body?.plantId}`)
})
app.post('/waterings/:id/delete', async ({ params, body }, res) => {
  await rows('delete from waterings where id = $1', params.id)
  res.redirect(`/plants/${body?.plantId}`)
})
app.post('/plants/:id/delete', async ({ params }, res) => {
  await rows('delete from waterings where plant_id = $1', params.id)
  await rows('delete from plants where id = $1', params.id)
  res.redirect('/')
})
app.post('/plants', async (req, res) => {
  await rows('insert into plants (name) values ($1)', escaped(req.body?.name ?? ''))
  res.redirect('/')
})

if (process.argv[1] === import.meta.filename) app.listen(3000)

export { app, db }
