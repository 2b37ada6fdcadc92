import { Router } from 'express'
import { stats } from '../issues.js'

const router = Router({ strict: true })

router.get('/5xx-stats', (_req, res) => {
  res.json(stats())
})

router.get('/trigger-500', () => {
  throw new Error('OperationalError: triggered on purpose')
})

export default router
