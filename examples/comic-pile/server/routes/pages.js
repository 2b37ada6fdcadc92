import { join } from 'node:path'
import express, { Router } from 'express'
import { config } from '../config.js'

const router = Router({ strict: true })

const send = (file) => (_req, res, next) =>
  res.sendFile(join(config.dist, file), (err) => {
    if (err) next(err.code === 'ENOENT' || err.status === 404 ? undefined : err)
  })

router.use('/static', express.static(config.static))
router.use('/assets', express.static(join(config.dist, 'assets')))
router.get('/vite.svg', send('vite.svg'))
router.get('/', send('index.html'))
router.get(['/react', '/react/'], (_req, res) => res.redirect(301, '/'))

export default router
