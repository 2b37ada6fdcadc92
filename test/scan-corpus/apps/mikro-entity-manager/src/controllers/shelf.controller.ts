import { Router } from 'express'
import type { EntityManager } from '@mikro-orm/postgresql'
import { Shelf } from '../entities/Shelf.js'

export function shelfController(em: EntityManager) {
  const shelves = em.getRepository(Shelf)
  const router = Router()
  router.get('/', async (_req, res) => res.json(await shelves.findAll()))
  router.post('/', async (req, res) => {
    const shelf = shelves.create({ label: req.body.label })
    await em.fork().persistAndFlush(shelf)
    res.json(shelf)
  })
  router.delete('/:id', async (req, res) => {
    await em.nativeDelete(Shelf, { id: Number(req.params.id) })
    res.status(204).end()
  })
  return router
}
