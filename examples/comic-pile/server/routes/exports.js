import { Router } from 'express'
import { csvLine } from '../csv.js'
import { db } from '../db.js'
import { narrative, sessionEvents } from '../domain/narrative.js'
import { ladderPath } from '../domain/session-view.js'
import { handle } from '../errors.js'

const router = Router({ strict: true })

const attach = (res, name) => res.setHeader('Content-Disposition', `attachment; filename=${name}`)

router.get(
  '/admin/export/csv/',
  handle(async (_req, res) => {
    const threads = await db('threads')
      .where({ status: 'active', is_test: false })
      .where('issues_remaining', '>', 0)
      .orderBy('queue_position')
      .orderBy('id')
    const lines = threads.map((thread) => csvLine([thread.title, thread.format, thread.issues_remaining]))
    attach(res, 'threads_export.csv')
    res.type('text/csv').send(csvLine(['title', 'format', 'issues_remaining']) + lines.join(''))
  }),
)

const without = (column) => (row) => {
  const { [column]: _left, ...rest } = row
  return rest
}

router.get(
  '/admin/export/json/',
  handle(async (_req, res) => {
    const users = await db('users').orderBy('id')
    const threads = await db('threads').where({ is_test: false }).orderBy('id')
    const sessions = await db('sessions').orderBy('id')
    const events = await db('events').orderBy('id')
    attach(res, 'database_backup.json')
    res.json({
      users,
      threads: threads.map(without('notes')),
      sessions: sessions.map(without('manual_die')),
      events,
    })
  }),
)

const list = (heading, titles) =>
  titles.length === 0 ? '' : `\n**${heading}:**\n${titles.map((title) => `- ${title}\n`).join('')}`

async function summary(session) {
  const { read, skipped, completed } = narrative(await sessionEvents(session))
  const ended = session.ended_at ? session.ended_at.toISOString() : 'still open'
  return `## Session ${session.id}

Started: ${session.started_at.toISOString()}
Ended: ${ended}
Ladder: ${await ladderPath(session)}
${list('Read', read)}${list('Skipped', skipped)}${list('Completed', completed)}
`
}

router.get(
  '/admin/export/summary/',
  handle(async (_req, res) => {
    const sessions = await db('sessions').orderBy('started_at', 'desc').orderBy('id', 'desc')
    let text = '# Session Summaries\n\n'
    for (const session of sessions) text += await summary(session)
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '')
    attach(res, `session_summaries_${day}.md`)
    res.type('text/markdown').send(text)
  }),
)

export default router
