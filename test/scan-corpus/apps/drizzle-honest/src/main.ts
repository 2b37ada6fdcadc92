import express, { type Request } from 'express'
import { auth } from 'express-oauth2-jwt-bearer'
import * as bookmarks from './bookmarks.js'

const app = express()
app.use(express.json())
app.use(auth())

const me = (req: Request) => Number(req.auth!.payload.sub)

app.get('/bookmarks', async (req, res) => res.json(await bookmarks.list(me(req))))
app.get('/bookmarks/:id', async (req, res) => {
  const found = await bookmarks.one(me(req), Number(req.params.id))
  if (!found) return res.sendStatus(404)
  res.json(found)
})
app.post('/bookmarks', async (req, res) => res.status(201).json(await bookmarks.add(me(req), req.body.url)))
app.put('/bookmarks/:id', async (req, res) => {
  await bookmarks.change(me(req), Number(req.params.id), req.body.url)
  res.sendStatus(204)
})
app.delete('/bookmarks/:id', async (req, res) => {
  await bookmarks.remove(me(req), Number(req.params.id))
  res.sendStatus(204)
})

app.listen(3000)
