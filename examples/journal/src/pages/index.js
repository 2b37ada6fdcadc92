import { Router } from 'express'
import { findStats } from '../store/stats.js'
import below from './below.js'
import drafts from './drafts.js'
import entries from './entries.js'

const pages = Router()

pages.get('/stats', async (_req, res) => {
  res.render('stats', { stats: await findStats() })
})

pages.use(entries)
pages.use(below)
pages.use('/drafts', drafts)

export default pages
