import { Router } from 'express'
import { HttpError } from './errors.js'

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** A router whose `:id` is a uuid; what is none is nowhere, and the database need not be asked. */
export function routerWithIds() {
  const router = Router()
  router.param('id', (_req, _res, next, id) => {
    next(UUID.test(id) ? undefined : new HttpError(404, 'There is nothing here.'))
  })
  return router
}
