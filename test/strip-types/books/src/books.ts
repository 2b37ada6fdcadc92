import { type Request, type Response, Router } from 'express'
import { all } from './db.ts'

interface Book {
  id: number
  title: string
  pages: number | null
}

export const books: Router = Router()

books.get('/', async (_req: Request, res: Response): Promise<void> => {
  res.json(await all<Book>('select id, title, pages from books order by id'))
})
books.post('/', async (req, res) => {
  const { title, pages = null } = req.body as Partial<Book>
  if (!title) {
    res.status(400).json({ error: 'title is required' })
    return
  }
  const [book] = await all<Book>(
    'insert into books (title, pages) values ($1, $2) returning id, title, pages',
    title,
    pages,
  )
  res.status(201).json(book satisfies Book | undefined)
})
books.get('/:bookId', async (req, res) => {
  const [book] = await all<Book>('select id, title, pages from books where id = $1', req.params.bookId)
  if (book) res.json(book)
  else res.status(404).json({ error: 'no such book' })
})
books.delete('/:bookId', async (req, res) => {
  await all('delete from books where id = $1', req.params.bookId)
  res.status(204).end()
})
