import { wrap } from '@mikro-orm/core'
import { Router, type Request, type Response } from 'express'
import { Book } from '../entities/Book.js'
import { DI } from '../server.js'

const router = Router()

router.get('/', async (req: Request, res: Response) => {
  const books = await DI.em.find(Book, {}, { limit: 20 })
  res.json(books)
})

router.get('/mine', async (req: Request, res: Response) => {
  res.json(await DI.em.find(Book, { ownerId: req.user.id }))
})

router.post('/', async (req: Request, res: Response) => {
  const book = DI.em.create(Book, { title: req.body.title, ownerId: req.user.id })
  await DI.em.persistAndFlush(book)
  res.json(book)
})

router.put('/:id', async (req: Request, res: Response) => {
  const book = await DI.em.findOneOrFail(Book, +req.params.id)
  wrap(book).assign({ title: req.body.title })
  await DI.em.flush()
  res.json(book)
})

export const BookController = router
