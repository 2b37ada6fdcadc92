import { Router } from 'express'

const wrap = (fn) => (req, res, next) => Promise.resolve(fn(req, res, next)).catch(next)
const validate = (fields) => (req, res, next) =>
  fields.every((field) => field in req.body) ? next() : res.status(400).json({ error: 'missing field' })

export function makeRouter({ repo, fields }) {
  const router = Router()
  router.get('/', wrap(async (req, res) => res.json(await repo.all())))
  router.get('/:id', [wrap(async (req, res) => res.json(await repo.find(req.params.id)))])
  router.post('/', [validate(fields), wrap(async (req, res) => res.status(201).json(await repo.add({ ...req.body })))])
  router.delete('/:id', [wrap(async (req, res) => res.json({ removed: await repo.remove(req.params.id) }))])
  return router
}
