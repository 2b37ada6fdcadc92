// Books by TypeScript that Node runs itself: types are stripped, and imports name the .ts file.
import express, { type ErrorRequestHandler } from 'express'
import { books } from './books.ts'

const app = express()
app.use(express.json())
app.get('/health', (_req, res) => void res.send('ok'))
app.use('/books', books)
const failed: ErrorRequestHandler = (error: Error, _req, res, _next) => {
  res.status(500).json({ error: error.message })
}
app.use(failed)

app.listen(Number(process.env.PORT ?? 3000))
