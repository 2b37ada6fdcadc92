import express from 'express'
import { EntityManager, MikroORM, RequestContext } from '@mikro-orm/postgresql'
import { BookController } from './controllers/book.controller.js'
import { shelfController } from './controllers/shelf.controller.js'

export const DI = {} as { orm: MikroORM; em: EntityManager }
export const app = express()

export const init = (async () => {
  DI.orm = await MikroORM.init()
  DI.em = DI.orm.em
  app.use(express.json())
  app.use((req, res, next) => RequestContext.create(DI.orm.em, next))
  app.use('/book', BookController)
  app.use('/shelf', shelfController(DI.em))
  app.listen(3000)
})()
