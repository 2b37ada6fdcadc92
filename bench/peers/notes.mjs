// The app itself, on pg or on knex: three routes, each for the user that `personOf` returns. The single-user
// app returns none, and its table has no owner column; that is also the app that usertwo wraps.
import express from 'express'
import knex from 'knex'
import pg from 'pg'

const MAX = 4
const COLUMNS = ['id', 'title', 'n']

/** Connections stay open between the turns of a bench. */
export const poolOf = (url) => new pg.Pool({ connectionString: url, max: MAX, idleTimeoutMillis: 0 })
export const knexOf = (url) => knex({ client: 'pg', connection: url, pool: { min: MAX, max: MAX } })

export function addRoutes(app, notes, personOf = () => undefined) {
  app.get('/plain', (_req, res) => {
    res.json({ status: 'ok' })
  })
  app.get('/notes', async (req, res) => {
    res.json(await notes.list(personOf(req)))
  })
  app.post('/notes', express.json(), async (req, res) => {
    res.status(201).json(await notes.add(req.body.title, personOf(req)))
  })
  return app
}

export function notesByPg(pool) {
  const rows = async (text, values) => (await pool.query(text, values)).rows
  return {
    list: (person) =>
      person === undefined
        ? rows('select id, title, n from notes order by id limit $1', [20])
        : rows('select id, title, n from notes where user_id = $2 order by id limit $1', [20, person]),
    async add(title, person) {
      const [row] =
        person === undefined
          ? await rows('insert into notes (title) values ($1) returning title, n', [title])
          : await rows('insert into notes (title, user_id) values ($1, $2) returning title, n', [
              title,
              person,
            ])
      return row
    },
  }
}

export function notesByKnex(db) {
  const notesOf = (person) => (person === undefined ? db('notes') : db('notes').where({ user_id: person }))
  return {
    list: (person) => notesOf(person).select(COLUMNS).orderBy('id').limit(20),
    async add(title, person) {
      const row = person === undefined ? { title } : { title, user_id: person }
      const [added] = await db('notes').insert(row).returning(['title', 'n'])
      return added
    },
  }
}
