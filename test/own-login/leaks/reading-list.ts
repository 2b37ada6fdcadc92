// Leaks in the reading list, each as it is written by mistake.
import type { Leaks } from './planted.js'

export const LEAKS: Leaks = {
  'a forgotten where user_id': {
    route: 'GET /api/wishes',
    check: 'isolation.foreign-ids',
    what: /shown to another user/,
    edits: [
      {
        from: "  router.get('/books', needLogin, async (req, res) => {",
        to: `  const wishes = []
  router.get('/wishes', needLogin, (_req, res) => res.json(wishes))
  router.post('/wishes', needLogin, (req, res) => {
    const wish = { userId: req.user.id, title: String(req.body?.title ?? '') }
    wishes.push(wish)
    res.status(201).json(wish)
  })

  router.get('/books', needLogin, async (req, res) => {`,
      },
    ],
    day: [
      ['POST', '/api/wishes', { title: 'Persuasion' }],
      ['GET', '/api/wishes'],
    ],
  },
  'an IDOR on a child': {
    route: 'GET /api/books/:id/memo',
    check: 'isolation.foreign-ids',
    what: /shown to another user/,
    edits: [
      {
        from: "  router.post('/books/:id/notes', needLogin, async (req, res) => {",
        to: `  const memos = new Map()
  router.put('/books/:id/memo', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT id FROM books WHERE id = $1', [key(req)])
    if (!rows[0]) return answer(res, undefined)
    memos.set(rows[0].id, { bookId: rows[0].id, text: String(req.body?.text ?? '') })
    answer(res, memos.get(rows[0].id))
  })
  router.get('/books/:id/memo', needLogin, (req, res) => answer(res, memos.get(key(req))))

  router.post('/books/:id/notes', needLogin, async (req, res) => {`,
      },
    ],
    day: [
      ['PUT', '/api/books/1/memo', { text: 'lent to a friend' }],
      ['GET', '/api/books/1/memo'],
    ],
  },
  'an admin check by a field of the body': {
    route: 'POST /api/activity',
    check: 'isolation.kept-in-memory',
    what: /what the owner wrote by .* is shown to the other/,
    edits: [
      {
        from: "  router.post('/books', needLogin, async (req, res) => {",
        to: `  const activity = []
  router.post('/activity', needLogin, (req, res) => {
    if (!req.body?.isAdmin) return res.status(403).json({ error: 'for admins' })
    res.json(activity)
  })

  router.post('/books', needLogin, async (req, res) => {`,
      },
      {
        from: "    res.status(201).json(rows[0])\n  })\n\n  router.get('/books/:id'",
        to: "    activity.push({ by: req.user.id, title })\n    res.status(201).json(rows[0])\n  })\n\n  router.get('/books/:id'",
      },
    ],
    day: [
      ['POST', '/api/books', { title: 'Lady Susan' }],
      ['POST', '/api/activity', { isAdmin: true }],
    ],
  },
  'a cached profile': {
    route: 'GET /api/me',
    check: 'isolation.kept-in-memory',
    what: /after the owner has read: .* to another user/,
    edits: [
      {
        from: `    const { rows } = await pool.query('SELECT id, email, name, role FROM users WHERE id = $1', [req.user.id])
    answer(res, rows[0])`,
        to: `    profile ??= (await pool.query('SELECT id, email, name, role FROM users WHERE id = $1', [req.user.id])).rows[0]
    answer(res, profile)`,
      },
      { from: "  router.get('/me', needLogin", to: "  let profile\n  router.get('/me', needLogin" },
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
    answer(res, rows[0])
  })

  router.patch('/me', needLogin, async (req, res) => {`,
      },
    ],
    day: [['GET', '/api/account']],
  },
  'a reset token in a list': {
    route: 'GET /auth/resets',
    check: 'isolation.kept-in-memory',
    what: /answered differently after the owner was named at POST/,
    edits: [
      {
        from: "  router.post('/register', async (req, res) => {",
        to: `  const resets = []
  router.post('/forgot', async (req, res) => {
    const { rows } = await pool.query('SELECT id, email FROM users WHERE email = $1', [
      String(req.body?.email ?? '').toLowerCase(),
    ])
    if (rows[0]) resets.push({ token: randomUUID(), email: rows[0].email, userId: rows[0].id })
    res.json({ ok: true })
  })
  router.get('/resets', needLogin, (_req, res) => res.json(resets))

  router.post('/register', async (req, res) => {`,
      },
      {
        from: 'import { fileURLToPath }',
        to: "import { randomUUID } from 'node:crypto'\nimport { fileURLToPath }",
      },
    ],
    lookup: 'POST /auth/forgot',
  },
  'a reset token in the answer': {
    route: 'POST /auth/forgot',
    check: 'auth.own-login-answers',
    what: /an unknown user is answered unlike one who has an account/,
    edits: [
      {
        from: "    res.json({ ok: true })\n  })\n  router.get('/resets'",
        to: "    res.json({ ok: true, token: rows[0] && resets.at(-1).token })\n  })\n  router.get('/resets'",
      },
    ],
  },
  'a role from the request': {
    route: 'POST /auth/register',
    check: 'auth.own-chosen-roles',
    what: /sets a role of its user/,
    edits: [
      {
        from: '(email, password_hash, name) VALUES ($1, $2, $3)',
        to: '(email, password_hash, name, role) VALUES ($1, $2, $3, coalesce($4, $$reader$$))',
      },
      { from: 'hash, String(name)]', to: 'hash, String(name), req.body.role]' },
    ],
  },
  'a logout that keeps the session': {
    route: 'POST /auth/logout',
    check: 'auth.own-logout',
    what: /from before the logout still reaches/,
    toInit: /POST \/auth\/logout leaves the token valid/,
    edits: [
      {
        from: "  router.post('/login', async (req, res) => {",
        to: `  router.post('/logout', needLogin, (_req, res) => res.json({ ok: true }))

  router.post('/login', async (req, res) => {`,
      },
      { file: 'usertwo.config.js', from: '    lookups:', to: "    logout: '/auth/logout',\n    lookups:" },
    ],
  },
}
