import { Router } from 'express'
import { db } from '../db.js'
import { handle } from '../errors.js'

const router = Router({ strict: true })

const health = handle(async (_req, res) => {
  try {
    await db.raw('select 1')
    res.json({ status: 'healthy', database: 'connected' })
  } catch (err) {
    res.status(503).json({ status: 'unhealthy', database: 'disconnected', error: err.message })
  }
})

router.get('/health', health)
router.get('/api/health', health)

export default router
