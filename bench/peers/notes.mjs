// The app itself, on pg or on knex: three routes, each for the user that `userOf` returns. In the single-user
// app it returns undefined, and the table has no owner column; that is also the app that usertwo wraps.
import express from 'express'
import knex from 'knex'
import pg from 'pg'

const MAX = 4
const COLUMNS = ['id', 'title', 'n']

/** Returns a pool whose connections stay open between the turns of a bench. */
export const poolOf = (url) => new pg.Pool({ connectionString: url, max: MAX, idleTimeoutMillis: 0 })
export const knexOf = (url) => knex({ client: 'pg', connection: url, pool: { min: MAX, max: MAX } })

export function addRoutes(app, notes, userOf = () => undefined) {
  app.get('/plain', (_req, res) => {
    res.json({ status: 'ok' })
  })
  app.get('/notes', async (req, res) => {
    res.json(await notes.list(userOf(req)))
  })
  app.post('/notes', express.json(), async (req, res) => {
    res.status(201).json(await notes.add(req.body.title, userOf(req)))
  })
  return app
}

export function notesByPg(pool) {
  const rows = async (text, values) => (await pool.query(text, values)).rows
  return {
    list: (user) =>
      user === undefined
        ? rows('select id, title, n from notes order by id limit $1', [20])
        : rows('select id, title, n from notes where user_id = $2 order by id limit $1', [20, user]),
    async add(title, user) {
      const [row] =
        user === undefined
          ? await rows('insert into notes (title) values ($1) returning title, n', [title])
          : await rows('insert into notes (title, user_id) values ($1, $2) returning title, n', [title, user])
      return row
    },
  }
}

export function notesByKnex(db) {
  const notesOf = (user) => (user === undefined ? db('notes') : db('notes').where({ user_id: user }))
  return {
    list: (user) => notesOf(user).select(COLUMNS).orderBy('id').limit(20),
    async add(title, user) {
      const row = user === undefined ? { title } : { title, user_id: user }
      const [added] = await db('notes').insert(row).returning(['title', 'n'])
      return added
    },
  }
}
