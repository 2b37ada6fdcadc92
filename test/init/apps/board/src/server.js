// A todo backend: every route at the root, knex handed on by app.set('db'), a token of its own, tables made at the start.
import { createHash } from 'node:crypto'
import { createApp } from './app.js'
import { open, prepare } from './db.js'

const db = open(process.env.BOARD || 'postgres://me:secret@localhost/board')
const app = createApp(
  createHash('sha256')
    .update(process.env.JWT_SECRET || 'local')
    .digest('hex'),
)
app.set('db', db)
await prepare(db)
app.listen(process.env.PORT || 3000)
