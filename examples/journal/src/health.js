import { Router } from 'express'
import { pool } from './db.js'

const health = Router()

health.get('/health', async (_req, res) => {
  try {
    await pool.query('select 1')
    res.json({ status: 'ok' })
  } catch (error) {
    res.status(503).json({ status: 'no database', detail: error.message })
  }
})

export default health
