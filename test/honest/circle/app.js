// People with a list of things each: a users table and a login of the app's own, keys of people that are also keys of
// things, promises that nobody waits for, 500 for every error, and a log in colours.
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import express from 'express'
import pg from 'pg'

export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 })
pool.on('error', (error) => console.error(error.message))

const rows = async (sql, ...values) => (await pool.query(sql, values)).rows
async function one(sql, ...values) {
  const [found] = await rows(sql, ...values)
  if (!found) throw new Error('no such row')
  return found
}

export function hashed(password, salt = randomBytes(6).toString('hex')) {
  const key = pbkdf2Sync(password, salt, 1000, 32, 'sha256').toString('base64')
  return `pbkdf2_sha256$1000$${salt}$${key}`
}
const isHashOf = (hash, password) => hash === hashed(password, hash.split('$')[2] ?? '')

// What is no number is the key of nobody.
const idOf = ({ params: { id } }) => (/^\d{1,9}$/.test(id) ? Number(id) : 0)
const person = (req) => one('select id, name from users where id = $1', idOf(req))

export const app = express()
app.use((req, _res, next) => {
  console.log(`\u001b[32m${req.method}\u001b[0m ${req.url}`)
  next()
})
app.get('/health', (_req, res) => res.json({ ok: true }))
app.use(express.json())

app.get('/users', (_req, res) => {
  rows('select id, name from users order by id').then((all) => res.json(all))
})
app.get('/users/:id', (req, res) => {
  person(req).then((found) => res.json(found))
})
app.get('/users/:id/things', (req, res) => {
  person(req)
    .then(({ id }) => rows('select id, name from things where user_id = $1 order by id', id))
    .then((things) => res.json(things))
})
app.put('/users/:id', (req, res) => {
  const { name } = req.body ?? {}
  if (typeof name !== 'string') return res.status(400).json({ error: 'name is missing' })
  person(req)
    .then(({ id }) => one('update users set name = $2 where id = $1 returning id, name', id, name))
    .then((found) => res.json(found))
})
app.post('/register', (req, res) => {
  const { name, password } = req.body ?? {}
  rows('insert into users (name, pwhash) values ($1, $2)', String(name), hashed(String(password))).then(() =>
    res.redirect('/users'),
  )
})
app.post('/login', (req, res) => {
  const { name, password } = req.body ?? {}
  rows('select pwhash from users where name = $1', String(name)).then(([found]) => {
    const known = found && isHashOf(found.pwhash, String(password))
    res.status(known ? 200 : 401).json({ known: Boolean(known) })
  })
})

app.use((error, _req, res, _next) => {
  console.error(error)
  res.status(500).json({ message: error.message, error })
})
