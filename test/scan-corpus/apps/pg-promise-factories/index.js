import express from 'express'
import pgPromise from 'pg-promise'
import makeRepos from './repos/index.js'
import { makeRouter } from './router.js'

const pgp = pgPromise()
const db = pgp(process.env.DATABASE_URL)
const repos = makeRepos(db)
const app = express()
app.use(express.json())
for (const [name, fields] of Object.entries({ plants: ['name'], rooms: ['name'] }))
  app.use(`/${name}`, makeRouter({ repo: repos[name], fields }))
app.listen(3000)
