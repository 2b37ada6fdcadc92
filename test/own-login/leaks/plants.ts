// Ten leaks in the plants, each as it is written by mistake. What an app shares by mistake is in Redis, not in its memory.
import type { Leaks } from './planted.js'

export const LEAKS: Leaks = {
  'a forgotten where user_id': {
    route: 'GET /api/wishes',
    check: 'isolation.foreign-ids',
    what: /shown to another user/,
    edits: [
      { from: 'plants(app, pool)\n', to: 'plants(app, pool, redis)\n' },
      { from: 'function plants(app, pool) {', to: 'function plants(app, pool, redis) {' },
      {
        from: "  app.get('/api/plants', needLogin, async (_req, res) => {",
        to: `  app.get('/api/wishes', needLogin, async (_req, res) => {
    res.json((await redis.lRange('wishes', 0, -1)).map((wish) => JSON.parse(wish)))
  })
  app.post('/api/wishes', needLogin, async (req, res) => {
    const wish = { userId: req.session.userId, text: String(req.body?.text ?? '') }
    await redis.rPush('wishes', JSON.stringify(wish))
    res.status(201).json(wish)
  })

  app.get('/api/plants', needLogin, async (_req, res) => {`,
      },
    ],
    day: [
      ['POST', '/api/wishes', { text: 'a fern' }],
      ['GET', '/api/wishes'],
    ],
  },
  'an IDOR on a child': {
    route: 'GET /api/plants/:id/memo',
    check: 'isolation.foreign-ids',
    what: /shown to another user/,
    edits: [
      {
        from: "  app.post('/api/plants/:id/waterings', needLogin, async (req, res) => {",
        to: `  app.put('/api/plants/:id/memo', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT id FROM plants WHERE id = $1', [key(req)])
    if (!rows[0]) return answer(res, undefined)
    const memo = { plantId: rows[0].id, text: String(req.body?.text ?? '') }
    await redis.set('memo:' + rows[0].id, JSON.stringify(memo))
    res.json(memo)
  })
  app.get('/api/plants/:id/memo', needLogin, async (req, res) => {
    answer(res, JSON.parse(await redis.get('memo:' + key(req))))
  })

  app.post('/api/plants/:id/waterings', needLogin, async (req, res) => {`,
      },
    ],
    day: [
      ['PUT', '/api/plants/1/memo', { text: 'less water' }],
      ['GET', '/api/plants/1/memo'],
    ],
  },
  'an admin check by a field of the body': {
    route: 'POST /api/activity',
    check: 'isolation.kept-in-memory',
    what: /what the owner wrote by .* is shown to the other/,
    edits: [
      {
        from: "  app.post('/api/plants', needLogin, async (req, res) => {",
        to: `  app.post('/api/activity', needLogin, async (req, res) => {
    if (!req.body?.isAdmin) return res.status(403).json({ error: 'for admins' })
    res.json(await redis.lRange('activity', 0, -1))
  })

  app.post('/api/plants', needLogin, async (req, res) => {`,
      },
      {
        from: "    res.status(201).json(rows[0])\n  })\n\n  app.get('/api/plants/:id'",
        to: "    await redis.rPush('activity', req.session.userId + ' has ' + name)\n    res.status(201).json(rows[0])\n  })\n\n  app.get('/api/plants/:id'",
      },
    ],
    day: [
      ['POST', '/api/plants', { name: 'Ivy' }],
      ['POST', '/api/activity', { isAdmin: true }],
    ],
  },
  'session fixation': {
    route: 'POST /login',
    check: 'auth.own-session-fixation',
    what: /is logged in as the owner/,
    edits: [{ from: 'req.session.regenerate((error) => {', to: '((then) => then())((error) => {' }],
  },
  'a cached profile': {
    route: 'GET /api/me',
    check: 'isolation.kept-in-memory',
    what: /after the owner has read: .* to another user/,
    edits: [
      {
        from: `    const { rows } = await pool.query('SELECT id, email FROM users WHERE id = $1', [req.session.userId])
    answer(res, rows[0])`,
        to: `    const kept = await redis.get('profile')
    if (kept) return res.json(JSON.parse(kept))
    const { rows } = await pool.query('SELECT id, email FROM users WHERE id = $1', [req.session.userId])
    await redis.set('profile', JSON.stringify(rows[0]), { EX: 60 })
    answer(res, rows[0])`,
      },
    ],
  },
  'a password hash in an answer': {
    route: 'GET /api/account',
    check: 'auth.own-password-hashes',
    what: /holds a value of/,
    edits: [
      {
        from: "  app.get('/api/me', needLogin, async (req, res) => {",
        to: `  app.get('/api/account', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM users WHERE id = $1', [req.session.userId])
    res.json(rows[0])
  })

  app.get('/api/me', needLogin, async (req, res) => {`,
      },
    ],
    day: [['GET', '/api/account']],
  },
  'a reset token in a list': {
    route: 'GET /api/resets',
    check: 'isolation.kept-in-memory',
    what: /answered differently after the owner was named at POST/,
    edits: [
      { from: '  login(app, pool)\n', to: '  login(app, pool, redis)\n' },
      { from: 'function login(app, pool) {', to: 'function login(app, pool, redis) {' },
      {
        from: "  app.post('/logout', (req, res, next) => {",
        to: `  app.post('/forgot', async (req, res) => {
    const { rows } = await pool.query('SELECT id, email FROM users WHERE email = $1', [
      String(req.body?.email ?? '').toLowerCase(),
    ])
    if (rows[0]) await redis.rPush('resets', JSON.stringify({ token: randomUUID(), email: rows[0].email }))
    res.json({ ok: true })
  })
  app.get('/api/resets', needLogin, async (_req, res) => res.json(await redis.lRange('resets', 0, -1)))

  app.post('/logout', (req, res, next) => {`,
      },
      {
        from: "import bcrypt from 'bcryptjs'",
        to: "import { randomUUID } from 'node:crypto'\nimport bcrypt from 'bcryptjs'",
      },
    ],
    lookup: 'POST /forgot',
  },
  'a role from the request': {
    route: 'PATCH /api/me',
    check: 'auth.own-chosen-roles',
    what: /sets a role of its user/,
    edits: [
      {
        from: "  app.get('/api/account', needLogin, async (req, res) => {",
        to: `  app.patch('/api/me', needLogin, async (req, res) => {
    const { name = null, role = null } = req.body ?? {}
    const { rows } = await pool.query(
      'UPDATE users SET name = coalesce($2, name), role = coalesce($3, role) WHERE id = $1 RETURNING id, name',
      [req.session.userId, name, role],
    )
    answer(res, rows[0])
  })

  app.get('/api/account', needLogin, async (req, res) => {`,
      },
      {
        file: 'schema.sql',
        from: '  password_hash text not null\n',
        to: "  password_hash text not null,\n  name text not null default '',\n  role text not null default 'gardener'\n",
      },
    ],
    day: [['PATCH', '/api/me', { name: 'First' }]],
  },
  'a logout that keeps the session': {
    route: 'POST /logout',
    check: 'auth.own-logout',
    what: /from before the logout still reaches/,
    edits: [
      {
        from: `    req.session.destroy((error) => {
      if (error) return next(error)
      res.clearCookie('connect.sid').json({ ok: true })
    })`,
        to: `    res.clearCookie('connect.sid').json({ ok: true })`,
      },
    ],
  },
  'a remember-me that is never revoked': {
    route: 'POST /logout',
    check: 'auth.own-logout',
    what: /the cookie remember of a remembered login still reaches/,
    edits: [
      {
        from: '  login(app, pool, redis)\n',
        to: `  app.use(async (req, _res, next) => {
    const [, token] = /(?:^|; )remember=([\\w-]+)/.exec(req.headers.cookie ?? '') ?? []
    const id = req.session.userId === undefined && token ? await redis.get('remember:' + token) : null
    if (id) req.session.userId = Number(id)
    next()
  })
  login(app, pool, redis)
`,
      },
      {
        from: `    await begin(req, rows[0].id)
    res.json({ id: rows[0].id })`,
        to: `    await begin(req, rows[0].id)
    if (req.body.remember) {
      const token = randomUUID()
      await redis.set('remember:' + token, String(rows[0].id), { EX: 31_536_000 })
      res.cookie('remember', token, { httpOnly: true, sameSite: 'lax', secure: req.secure, maxAge: 31_536_000_000 })
    }
    res.json({ id: rows[0].id })`,
      },
    ],
  },
}
