// Ten leaks in the links, each as it is written by mistake.
import type { Leaks } from './planted.js'

export const LEAKS: Leaks = {
  'a forgotten where user_id': {
    route: 'GET /wishes.json',
    check: 'isolation.foreign-ids',
    what: /shown to another user/,
    edits: [
      {
        file: 'links.js',
        from: "  router.post('/links', needLogin, async (req, res) => {",
        to: `  const wishes = []
  router.get('/wishes.json', needLogin, (_req, res) => res.json(wishes))
  router.post('/wishes', needLogin, (req, res) => {
    wishes.push({ userId: req.user.id, text: req.body.text || '' })
    res.redirect('/')
  })

  router.post('/links', needLogin, async (req, res) => {`,
      },
    ],
    day: [
      ['POST', '/wishes', { text: 'a longer day' }],
      ['GET', '/wishes.json'],
    ],
  },
  'an IDOR on a child': {
    route: 'GET /links/:id/memo',
    check: 'isolation.foreign-ids',
    what: /shown to another user/,
    edits: [
      {
        file: 'links.js',
        from: "  router.post('/links/:id/notes', needLogin, async (req, res) => {",
        to: `  const memos = new Map()
  router.post('/links/:id/memo', needLogin, async (req, res) => {
    const { rows } = await pool.query('SELECT id FROM links WHERE id = $1', [key(req)])
    if (!rows[0]) return res.status(404).send('not found')
    memos.set(rows[0].id, { linkId: rows[0].id, text: req.body.text || '' })
    res.redirect(\`/links/\${rows[0].id}\`)
  })
  router.get('/links/:id/memo', needLogin, (req, res) => {
    const memo = memos.get(key(req))
    if (!memo) return res.status(404).send('not found')
    res.json(memo)
  })

  router.post('/links/:id/notes', needLogin, async (req, res) => {`,
      },
    ],
    day: [
      ['POST', '/links/1/memo', { text: 'read on a train' }],
      ['GET', '/links/1/memo'],
    ],
  },
  'an admin check by a field of the body': {
    route: 'POST /activity',
    check: 'isolation.kept-in-memory',
    what: /what the owner wrote by .* is shown to the other/,
    edits: [
      {
        file: 'links.js',
        from: "  router.get('/links.json', needLogin, async (_req, res) => {",
        to: `  const activity = []
  router.post('/activity', needLogin, (req, res) => {
    if (req.body.isAdmin !== 'true') return res.status(403).send('for admins')
    res.json(activity)
  })

  router.get('/links.json', needLogin, async (_req, res) => {`,
      },
      {
        file: 'links.js',
        from: '      url,\n      title,\n    ])\n',
        to: '      url,\n      title,\n    ])\n    activity.push({ by: req.user.email, url, title })\n',
      },
    ],
    day: [
      ['POST', '/links', { url: 'https://example.com/a', title: 'An activity' }],
      ['POST', '/activity', { isAdmin: 'true' }],
    ],
  },
  'session fixation': {
    route: 'POST /login/password',
    check: 'auth.own-session-fixation',
    what: /is logged in as the owner/,
    edits: [
      {
        from: "    passport.authenticate('local', { successRedirect: '/', failureRedirect: '/login' }),",
        to: `    passport.authenticate('local', { session: false, failureRedirect: '/login' }),
    (req, res) => {
      req.session.passport = { user: req.user.id }
      res.redirect('/')
    },`,
      },
    ],
  },
  'a cached profile': {
    route: 'GET /me.json',
    check: 'isolation.kept-in-memory',
    what: /after the owner has read: .* to another user/,
    edits: [
      {
        file: 'links.js',
        from: "  router.get('/', needLogin, async (req, res) => {",
        to: `  let profile
  router.get('/me.json', needLogin, (req, res) => {
    profile = profile || req.user
    res.json({ id: profile.id, username: profile.username, email: profile.email })
  })

  router.get('/', needLogin, async (req, res) => {`,
      },
    ],
    day: [['GET', '/me.json']],
  },
  'a password hash in an answer': {
    route: 'GET /account.json',
    check: 'auth.own-password-hashes',
    what: /holds a value of/,
    edits: [
      {
        from: "'SELECT id, username, email FROM users WHERE id = $1'",
        to: "'SELECT * FROM users WHERE id = $1'",
      },
      {
        file: 'links.js',
        from: "  router.post('/links/:id/edit'",
        to: "  router.get('/account.json', needLogin, (req, res) => res.json(req.user))\n\n  router.post('/links/:id/edit'",
      },
    ],
    day: [['GET', '/account.json']],
  },
  'a reset token in a list': {
    route: 'GET /resets.json',
    check: 'isolation.kept-in-memory',
    what: /answered differently after the owner was named at POST/,
    edits: [
      {
        from: "  router.get('/signup', (_req, res) => {",
        to: `  const resets = []
  router.post('/forgot', async (req, res) => {
    const { rows } = await pool.query('SELECT id, email FROM users WHERE username = $1', [req.body.username])
    if (rows[0]) resets.push({ token: randomUUID(), email: rows[0].email })
    res.send('If there is an account, a link was sent.')
  })
  router.get('/resets.json', (req, res) => {
    if (!req.isAuthenticated()) return res.redirect('/login')
    res.json(resets)
  })

  router.get('/signup', (_req, res) => {`,
      },
      {
        from: "const bcrypt = require('bcryptjs')",
        to: "const { randomUUID } = require('node:crypto')\nconst bcrypt = require('bcryptjs')",
      },
    ],
    lookup: 'POST /forgot',
  },
  'a role from the request': {
    route: 'POST /profile',
    check: 'auth.own-chosen-roles',
    what: /sets a role of its user/,
    edits: [
      {
        file: 'links.js',
        from: "  router.post('/links/:id/delete'",
        to: `  router.post('/profile', needLogin, async (req, res) => {
    await pool.query('UPDATE users SET email = $1, role = coalesce($2, role) WHERE id = $3', [
      req.body.email,
      req.body.role,
      req.user.id,
    ])
    res.redirect('/')
  })

  router.post('/links/:id/delete'`,
      },
      {
        file: 'schema.sql',
        from: '  hashed_password text not null,',
        to: "  hashed_password text not null,\n  role text not null default 'reader',",
      },
    ],
    day: [['POST', '/profile', { email: 'first@example.org' }]],
  },
  'a logout that keeps the session': {
    route: 'POST /logout',
    check: 'auth.own-logout',
    what: /from before the logout still reaches/,
    edits: [
      {
        from: "    req.logout((error) => (error ? next(error) : res.redirect('/login')))",
        to: "    res.clearCookie('connect.sid').redirect('/login')",
      },
      { from: "router.post('/logout', (req, res, next) => {", to: "router.post('/logout', (_req, res) => {" },
    ],
  },
  'a remember-me that is never revoked': {
    route: 'POST /logout',
    check: 'auth.own-logout',
    what: /the cookie remember of a remembered login still reaches/,
    edits: [
      {
        file: 'server.js',
        from: 'app.use(passport.session())',
        to: `app.use((req, _res, next) => {
  const [, id, mac] = /(?:^|; )remember=(\\d+)\\.(\\w+)/.exec(req.headers.cookie || '') || []
  if (!req.session.passport && id && mac === signed(id)) req.session.passport = { user: Number(id) }
  next()
})
app.use(passport.session())`,
      },
      {
        file: 'server.js',
        from: "const { login } = require('./login')",
        to: "const { login, signed } = require('./login')",
      },
      {
        // Behind what session fixation has made of the login.
        from: '      req.session.passport = { user: req.user.id }\n',
        to: `      req.session.passport = { user: req.user.id }
      const id = String(req.user.id)
      const lasting = { httpOnly: true, sameSite: 'lax', secure: req.secure, maxAge: 31_536_000_000 }
      if (req.body.remember === 'on') res.cookie('remember', \`\${id}.\${signed(id)}\`, lasting)
`,
      },
      {
        from: 'const ROUNDS = 4',
        to: `const ROUNDS = 4
const signed = (id) => createHmac('sha256', 'links to remember').update(id).digest('hex')
exports.signed = signed`,
      },
      {
        from: "const bcrypt = require('bcryptjs')",
        to: "const { createHmac } = require('node:crypto')\nconst bcrypt = require('bcryptjs')",
      },
    ],
  },
}
