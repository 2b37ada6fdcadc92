import { Router } from 'express'
import { uploadCsv, uploadedRows } from '../csv.js'
import { db } from '../db.js'
import { handle } from '../errors.js'

const router = Router({ strict: true })

function readThread({ title, format, issues_remaining }) {
  if (!title?.trim()) return 'Missing title'
  if (!format?.trim()) return 'Missing format'
  if (!issues_remaining?.trim()) return 'Missing issues_remaining'
  if (!/^\d+$/.test(issues_remaining.trim())) return 'issues_remaining must be a whole number'
  return { title: title.trim(), format: format.trim(), issues_remaining: Number(issues_remaining) }
}

router.post(
  '/admin/import/csv/',
  uploadCsv,
  handle(async (req, res) => {
    const errors = []
    const threads = []
    for (const { row, record } of uploadedRows(req)) {
      const thread = readThread(record)
      if (typeof thread === 'string') errors.push(`Row ${row}: ${thread}`)
      else threads.push(thread)
    }
    // The last line of the file comes to the front, as if the lines had been added one by one.
    await db.transaction(async (trx) => {
      for (const [index, thread] of threads.reverse().entries()) {
        await trx('threads').insert({
          ...thread,
          queue_position: index + 1,
          status: 'active',
          is_test: false,
          created_at: new Date(),
          user_id: 1,
        })
      }
    })
    res.json({ imported: threads.length, errors })
  }),
)

async function importReview({ thread_id, review_url, review_timestamp }) {
  if (!/^\d+$/.test(thread_id?.trim() ?? '')) return 'Missing or invalid thread_id'
  if (!review_url?.trim()) return 'Missing review_url'
  const reviewed = new Date(review_timestamp ?? '')
  if (Number.isNaN(reviewed.getTime())) return 'Invalid review_timestamp'
  const updated = await db('threads')
    .where({ id: Number(thread_id) })
    .update({ review_url: review_url.trim(), last_review_at: reviewed })
  return updated === 0 ? `Thread ${Number(thread_id)} not found` : undefined
}

router.post(
  '/admin/import/reviews/',
  uploadCsv,
  handle(async (req, res) => {
    const errors = []
    let imported = 0
    for (const { row, record } of uploadedRows(req)) {
      const problem = await importReview(record)
      if (problem) errors.push(`Row ${row}: ${problem}`)
      else imported += 1
    }
    res.json({ imported, errors })
  }),
)

export default router
