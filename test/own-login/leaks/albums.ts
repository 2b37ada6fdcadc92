// Eight leaks in the albums. The library itself begins a new session at each login, and has no cookie that outlives a logout.
import type { Leaks } from './planted.js'

const ANCHOR = "  app.get('/api/albums', needUser, async (_req, res) => {"

export const LEAKS: Leaks = {
  'a list for all users': {
    route: 'GET /api/wishes',
    check: 'isolation.kept-in-memory',
    what: /what the owner wrote by .* is shown to the other/,
    edits: [
      {
        from: ANCHOR,
        to: `  const wishes = []
  app.get('/api/wishes', needUser, (_req, res) => res.json(wishes))
  app.post('/api/wishes', needUser, (req, res) => {
    const wish = { userId: req.user.id, text: String(req.body?.text ?? '') }
    wishes.push(wish)
    res.status(201).json(wish)
  })

${ANCHOR}`,
      },
    ],
    day: [
      ['POST', '/api/wishes', { text: 'a box of singles' }],
      ['GET', '/api/wishes'],
    ],
  },
  'an IDOR on a child': {
    route: 'GET /api/albums/:id/memo',
    check: 'isolation.foreign-ids',
    what: /shown to another user/,
    edits: [
      {
        from: ANCHOR,
        to: `  const memos = new Map()
  app.put('/api/albums/:id/memo', needUser, async (req, res) => {
    const { rows } = await pool.query('SELECT id FROM albums WHERE id = $1', [key(req)])
    if (!rows[0]) return answer(res, undefined)
    memos.set(rows[0].id, { albumId: rows[0].id, text: String(req.body?.text ?? '') })
    answer(res, memos.get(rows[0].id))
  })
  app.get('/api/albums/:id/memo', needUser, (req, res) => answer(res, memos.get(key(req))))

${ANCHOR}`,
      },
    ],
    day: [
      ['PUT', '/api/albums/1/memo', { text: 'side B first' }],
      ['GET', '/api/albums/1/memo'],
    ],
  },
  'an admin check by a field of the body': {
    route: 'POST /api/activity',
    check: 'isolation.kept-in-memory',
    what: /what the owner wrote by .* is shown to the other/,
    edits: [
      {
        from: ANCHOR,
        to: `  const activity = []
  app.post('/api/activity', needUser, (req, res) => {
    if (!req.body?.isAdmin) return res.status(403).json({ error: 'for admins' })
    res.json(activity)
  })

${ANCHOR}`,
      },
      {
        from: "    res.status(201).json(rows[0])\n  })\n\n  app.get('/api/albums/:id'",
        to: "    activity.push({ by: req.user.email, title })\n    res.status(201).json(rows[0])\n  })\n\n  app.get('/api/albums/:id'",
      },
    ],
    day: [
      ['POST', '/api/albums', { title: 'Live' }],
      ['POST', '/api/activity', { isAdmin: true }],
    ],
  },
  'a cached profile': {
    route: 'GET /api/me',
    check: 'isolation.kept-in-memory',
    what: /is named in the answer to the/,
    edits: [
      {
        from: "app.get('/api/me', needUser, (req, res) => res.json({ id: req.user.id, name: req.user.name }))",
        to: `let profile
  app.get('/api/me', needUser, (req, res) => {
    profile ??= { id: req.user.id, name: req.user.name }
    res.json({ ...profile })
  })`,
      },
    ],
  },
  'a password hash in an answer': {
    route: 'GET /api/account',
    check: 'auth.own-password-hashes',
    what: /holds a value of account\.password/,
    edits: [
      {
        from: ANCHOR,
        to: `  app.get('/api/account', needUser, async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM account WHERE "userId" = $1', [req.user.id])
    res.json(rows)
  })

${ANCHOR}`,
      },
    ],
    day: [['GET', '/api/account']],
  },
  'a reset token in a list': {
    route: 'GET /api/resets',
    check: 'isolation.kept-in-memory',
    what: /answered differently after the owner was named at POST/,
    edits: [
      {
        from: ANCHOR,
        to: `  const resets = []
  app.post('/forgot', async (req, res) => {
    const { rows } = await pool.query('SELECT id, email FROM "user" WHERE email = $1', [String(req.body?.email ?? '')])
    if (rows[0]) resets.push({ token: randomUUID(), email: rows[0].email, userId: rows[0].id })
    res.json({ ok: true })
  })
  app.get('/api/resets', needUser, (_req, res) => res.json(resets))

${ANCHOR}`,
      },
      {
        from: "import express from 'express'",
        to: "import { randomUUID } from 'node:crypto'\nimport express from 'express'",
      },
    ],
    lookup: 'POST /forgot',
  },
  'a role from the request': {
    route: 'PATCH /api/role',
    check: 'auth.own-chosen-roles',
    what: /sets a role of its user/,
    edits: [
      {
        from: ANCHOR,
        to: `  app.patch('/api/role', needUser, async (req, res) => {
    const { name = null, role = null } = req.body ?? {}
    const { rows } = await pool.query(
      'UPDATE "user" SET name = coalesce($1, name), role = coalesce($2, role) WHERE id = $3 RETURNING id, name',
      [name, role, req.user.id],
    )
    answer(res, rows[0])
  })

${ANCHOR}`,
      },
      {
        file: 'schema.sql',
        from: '  "image" text,\n',
        to: '  "image" text,\n  "role" text not null default \'listener\',\n',
      },
    ],
    day: [['PATCH', '/api/role', { name: 'First of all' }]],
  },
  'a logout that keeps the session': {
    route: 'POST /api/auth/sign-out',
    check: 'auth.own-logout',
    what: /from before the logout still reaches/,
    edits: [
      {
        from: '  // better-auth reads the body itself.\n',
        to: `  app.post('/api/auth/sign-out', (_req, res) => res.clearCookie('better-auth.session_token').json({ success: true }))
  // better-auth reads the body itself.
`,
      },
    ],
  },
}
