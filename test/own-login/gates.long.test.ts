// The recipe box, with its own login, before the gates, and with planted leaks.
import { expect, test } from 'vitest'
import { gatedApp, type Planted } from './gated-app.js'
import { LEAKS } from './leaks/recipes.js'

const { gate, planted } = gatedApp('app')

test('the gates log in by the app’s own login, and all eight phases are GO', async () => {
  const { go, red } = await gate()
  expect(red).toEqual([])
  expect(go).toBe(true)
}, 900_000)

test('every defect of what a login may look up turns the check red', async () => {
  const { go, red } = await gate('6', '--only', 'isolation.lookups', '--prove')
  expect({ go, red }).toEqual({ go: true, red: [] })
}, 300_000)

const OF_THE_LOGIN = [
  'auth.own-session-fixation',
  'auth.own-cookie-flags',
  'auth.own-csrf',
  'auth.own-logout',
  'auth.own-login-answers',
  'auth.own-login-throttled',
  'auth.own-password-hashes',
  'auth.own-chosen-roles',
].join()

test('every defect of the app’s own login turns its check red', async () => {
  const { go, red } = await gate('4', '--only', OF_THE_LOGIN, '--prove')
  expect({ go, red }).toEqual({ go: true, red: [] })
}, 400_000)

const LOGIN_PAGE = "app.get('/login', (_req, res) => res.send(page('Log in', 'login')))"
/** The login page with more on it for users. */
const withMore = (more: string): Planted => [
  LOGIN_PAGE,
  `app.get('/login', async (req, res) => res.send(page('Log in', 'login') + (req.user ? ${more} : '')))`,
]

test('a public page with another menu for users is GO, and NO-GO with a name, a text or a count of their rows', async () => {
  const on = (more: string) => planted('7', 'legacy.html-needs-login', withMore(more))
  const menu = await on('\'<nav><a href="/" tabindex="1">Recipes</a></nav>\'')
  expect(menu).toMatchObject({ go: true, red: [] })
  for (const [more, shows] of [
    ['req.user.name', 'users.name'],
    ["(await pool.query('SELECT title FROM recipes')).rows[0]?.title", 'recipes.title'],
    ["(await pool.query('SELECT count(*) FROM recipes')).rows[0].count", 'a number'],
  ] as const) {
    const { go, red } = await on(more)
    expect([more, go]).toEqual([more, false])
    expect(red.join()).toMatch(
      new RegExp(`GET /login is public, and answers the owner unlike an anonymous client: .*${shows}`),
    )
  }
}, 400_000)

test('a script that fails on a page for users as it did before is GO', async () => {
  const { go, red } = await planted(
    '7',
    'legacy.pages-work',
    [
      'res.send(recipeList(req.user, rows))',
      'res.send(recipeList(req.user, rows) + \'<script src="/broken.js"></script>\')',
    ],
    [
      LOGIN_PAGE,
      `app.get('/broken.js', (_req, res) => res.type('js').send('missing.call()'))\n  ${LOGIN_PAGE}`,
    ],
  )
  expect({ go, red }).toEqual({ go: true, red: [] })
}, 200_000)

test('a login with every usual mistake is NO-GO, each by its route', async () => {
  const { go, red } = await planted(
    '4',
    OF_THE_LOGIN,
    ['req.session.regenerate((error) => {', '((then) => then())((error) => {'],
    ["httpOnly: true, sameSite: 'lax', secure: 'auto'", "httpOnly: false, sameSite: 'none'"],
    ['req.session.destroy((error) => {', '((then) => then())((error) => {'],
    [
      '    if (!right)',
      "    if (!rows[0]) return res.status(404).json({ error: 'no such user' })\n    if (!right)",
    ],
    ["'SELECT id, email, name FROM users WHERE id = $1'", "'SELECT * FROM users WHERE id = $1'"],
    [
      'UPDATE users SET name = $1 WHERE',
      'UPDATE users SET name = $1, is_admin = coalesce($3, is_admin) WHERE',
    ],
    ['      name,\n      req.user.id,', '      name,\n      req.user.id,\n      req.body?.isAdmin,'],
  )
  expect(go).toBe(false)
  const found = (id: string) => red.find((one) => one.startsWith(`${id}: fail: `))
  expect(found('auth.own-session-fixation')).toMatch(/POST \/login .* is logged in as the owner/)
  expect(found('auth.own-cookie-flags')).toMatch(/can be read by scripts.*which sites.*without Secure/)
  expect(found('auth.own-csrf')).toMatch(/POST \/api\/recipes a page of another site can send it/)
  expect(found('auth.own-logout')).toMatch(/POST \/logout the cookie from before the logout/)
  expect(found('auth.own-login-answers')).toMatch(/POST \/login an unknown user is answered unlike/)
  expect(found('auth.own-chosen-roles')).toMatch(/PATCH \/api\/me a request with is_admin sets a role/)
  expect(found('auth.own-password-hashes')).toMatch(/GET \/api\/me .* holds a value of users\.password_hash/)
}, 400_000)

test('the cookie of a remembered login that scripts can read is NO-GO, by its name', async () => {
  const { edits } = LEAKS['a remember-me that is never revoked']!
  const texts = edits.map(({ from, to }): Planted => [from, to.replace('httpOnly: true', 'httpOnly: false')])
  const { go, red } = await planted('4', 'auth.own-cookie-flags', ...texts)
  expect(go).toBe(false)
  expect(red).toEqual([
    expect.stringMatching(
      /auth\.own-cookie-flags: fail: POST \/login the cookie remember can be read by scripts/,
    ),
  ])
}, 180_000)

test('the hash of a password in the answer of the login is NO-GO, by its route', async () => {
  const { go, red } = await planted('6', 'isolation.lookups', [
    'return res.status(401).json({ error: WRONG })',
    'return res.status(401).json({ error: WRONG, tried: rows[0]?.password_hash })',
  ])
  expect(go).toBe(false)
  expect(red.join()).toMatch(/isolation\.lookups: fail: POST \/login the \w+ is answered 401 with the hash/)
}, 180_000)

test('a list that is kept for all users is NO-GO, by its route', async () => {
  const { go, red } = await planted('6', 'isolation.foreign-ids,isolation.kept-in-memory', [
    "router.get('/recipes', needLogin, async (req, res) => {",
    `let kept
  router.get('/recipes', needLogin, async (req, res) => {
    if (kept) return res.type('json').send(kept)
    const send = res.json.bind(res)
    res.json = (rows) => { kept = JSON.stringify(rows); return send(rows) }`,
  ])
  expect(go).toBe(false)
  expect(red.join()).toMatch(/GET \/api\/recipes/)
}, 300_000)
