// Ten leaks in the recipe box, each as it is written by mistake.
import type { Leaks } from './planted.js'

export const LEAKS: Leaks = {
  'a forgotten where user_id': {
    route: 'GET /api/shopping',
    check: 'isolation.foreign-ids',
    what: /shown to another user/,
    edits: [
      {
        from: "  router.get('/recipes', needLogin, async (req, res) => {",
        to: `  const shopping = []
  router.get('/shopping', needLogin, (_req, res) => res.json(shopping))
  router.post('/shopping', needLogin, (req, res) => {
    const item = { userId: req.user.id, text: String(req.body?.text ?? '') }
    shopping.push(item)
    res.status(201).json(item)
  })

  router.get('/recipes', needLogin, async (req, res) => {`,
      },
    ],
    day: [
      ['POST', '/api/shopping', { text: 'flour' }],
      ['GET', '/api/shopping'],
    ],
  },
  'an IDOR on a child': {
    route: 'GET /api/recipes/:id/memo',
    check: 'isolation.foreign-ids',
    what: /shown to another user/,
    edits: [
      {
        from: "  router.post('/recipes/:id/steps', needLogin, async (req, res) => {",
        to: `  const memos = new Map()
  router.put('/recipes/:id/memo', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT id FROM recipes WHERE id = $1', [key(req)])
    if (!rows[0]) return answer(res, undefined)
    memos.set(rows[0].id, { recipeId: rows[0].id, text: String(req.body?.text ?? '') })
    answer(res, memos.get(rows[0].id))
  })
  router.get('/recipes/:id/memo', needLogin, (req, res) => answer(res, memos.get(key(req))))

  router.post('/recipes/:id/steps', needLogin, async (req, res) => {`,
      },
    ],
    day: [
      ['PUT', '/api/recipes/1/memo', { text: 'with less sugar' }],
      ['GET', '/api/recipes/1/memo'],
    ],
  },
  'an admin check by a field of the body': {
    route: 'POST /api/activity',
    check: 'isolation.kept-in-memory',
    what: /what the owner wrote by .* is shown to the other/,
    edits: [
      {
        from: "  router.post('/recipes', needLogin, async (req, res) => {",
        to: `  const activity = []
  router.post('/activity', needLogin, (req, res) => {
    if (!req.body?.isAdmin) return res.status(403).json({ error: 'for admins' })
    res.json(activity)
  })

  router.post('/recipes', needLogin, async (req, res) => {`,
      },
      {
        from: "    res.status(201).json(rows[0])\n  })\n\n  router.get('/recipes/:id'",
        to: "    activity.push({ by: req.user.email, title })\n    res.status(201).json(rows[0])\n  })\n\n  router.get('/recipes/:id'",
      },
    ],
    day: [
      ['POST', '/api/recipes', { title: 'Rolls' }],
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
        from: "  router.get('/me', needLogin, (req, res) => res.json(req.user))",
        to: `  let profile
  router.get('/me', needLogin, (req, res) => res.json((profile ??= req.user)))`,
      },
    ],
  },
  'a password hash in an answer': {
    route: 'GET /api/account',
    check: 'auth.own-password-hashes',
    what: /holds a value of/,
    edits: [
      {
        from: "  router.patch('/me', needLogin, async (req, res) => {",
        to: `  router.get('/account', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT * FROM users WHERE id = $1', [req.user.id])
    res.json(rows[0])
  })

  router.patch('/me', needLogin, async (req, res) => {`,
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
        from: "  app.post('/logout', (req, res, next) => {",
        to: `  const resets = []
  app.post('/forgot', async (req, res) => {
    const { rows } = await pool.query('SELECT id, email FROM users WHERE email = $1', [
      String(req.body?.email ?? '').toLowerCase(),
    ])
    if (rows[0]) resets.push({ token: randomUUID(), email: rows[0].email, userId: rows[0].id })
    res.json({ ok: true })
  })
  app.get('/api/resets', needLogin, (_req, res) => res.json(resets))

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
        from: 'UPDATE users SET name = $1 WHERE',
        to: 'UPDATE users SET name = $1, role = coalesce($3, role) WHERE',
      },
      {
        from: '      name,\n      req.user.id,',
        to: '      name,\n      req.user.id,\n      req.body?.role,',
      },
      {
        file: 'schema.sql',
        from: "  name text not null default ''\n",
        to: "  name text not null default '',\n  role text not null default 'cook'\n",
      },
    ],
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
        from: '  app.use(loadUser(pool))',
        to: `  app.use((req, _res, next) => {
    const [, id, mac] = /(?:^|; )remember=(\\d+)\\.(\\w+)/.exec(req.headers.cookie ?? '') ?? []
    if (req.session.userId === undefined && id && mac === signed(id)) req.session.userId = Number(id)
    next()
  })
  app.use(loadUser(pool))`,
      },
      {
        from: '/** Puts the row of the person',
        to: `const signed = (id) => createHmac('sha256', 'recipes to remember').update(id).digest('hex')

/** Puts the row of the person`,
      },
      {
        from: `    await begin(req, rows[0].id)
    res.json({ id: rows[0].id })`,
        to: `    await begin(req, rows[0].id)
    const id = String(rows[0].id)
    if (req.body.remember)
      res.cookie('remember', \`\${id}.\${signed(id)}\`, { httpOnly: true, sameSite: 'lax', secure: req.secure, maxAge: 31_536_000_000 })
    res.json({ id: rows[0].id })`,
      },
      {
        from: "import bcrypt from 'bcryptjs'",
        to: "import { createHmac } from 'node:crypto'\nimport bcrypt from 'bcryptjs'",
      },
    ],
  },
}
