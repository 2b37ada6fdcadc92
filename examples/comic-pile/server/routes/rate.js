import { Router } from 'express'
import { rate } from '../domain/rate.js'
import { toThread } from '../domain/threads.js'
import { handle } from '../errors.js'
import { ratePage } from '../html/rate-page.js'
import { perMinute } from '../rate-limits.js'
import { boolean, integer, number, readBody } from '../validation.js'

const router = Router({ strict: true })

router.get(['/rate', '/rate/'], perMinute(30), (_req, res) => {
  res.send(ratePage)
})

router.post(
  '/rate/',
  perMinute(60),
  handle(async (req, res) => {
    const input = readBody(req, {
      rating: number({ required: true, min: 0.5, max: 5 }),
      issues_read: integer({ required: true, min: 1 }),
      finish_session: boolean({ default: false }),
    })
    res.json(toThread(await rate(input)))
  }),
)

export default router
