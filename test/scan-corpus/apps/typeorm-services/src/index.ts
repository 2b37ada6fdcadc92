import 'reflect-metadata'
import express, { type Request, type Response } from 'express'
import { AppDataSource } from './data-source'
import { routes } from './routes'

AppDataSource.initialize()
  .then(async () => {
    const app = express()
    app.use(express.json())
    app.get('/health', (_req, res) => res.send('ok'))
    routes.forEach((route) => {
      ;(app as any)[route.method](route.path, (req: Request, res: Response, next: Function) => {
        const result = new (route.controller as any)()[route.action](req, res, next)
        if (result instanceof Promise) result.then((data) => (data !== null && data !== undefined ? res.json(data) : undefined)).catch(next)
        else if (result !== null && result !== undefined) res.json(result)
      })
    })
    app.listen(3000)
  })
  .catch((error) => console.log(error))
