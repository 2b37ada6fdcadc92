import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSources } from '../../../../reading/syntax/sources.js'
import { parseConfig } from '../../../../src/config/config.js'
import { refuseSharedPassword } from './shared-password.js'

/** What init says of an app with these files; empty: it goes on. */
async function saidOf(files: Record<string, string>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-shared-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    const config = parseConfig({
      app: { start: ['node', 'app.js'] },
      owner: { id: 1 },
      users: { table: 'users' },
    })
    const { server } = await readSources(folder, config)
    try {
      refuseSharedPassword(folder, server)
      return ''
    } catch (error) {
      return (error as Error).message
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const BY_HAND = `function password(req, res, next) {
  const [, text = ''] = (req.headers.authorization ?? '').split(' ')
  if (Buffer.from(text, 'base64').toString() === \`me:\${process.env.PASSWORD}\`) return next()
  res.set('WWW-Authenticate', 'Basic realm="Notes"').sendStatus(401)
}
`

test('the package, with the lines that put it in front', async () => {
  const said = await saidOf({
    'app.js': `import basicAuth from 'express-basic-auth'
const app = express()
app.use(
  basicAuth({ users: { me: process.env.PASSWORD }, challenge: true }),
)
app.get('/', (req, res) => res.send('notes'))
`,
  })
  expect(said).toContain('app.js:4: the app asks everybody for one password (basic auth)')
  expect(said).toContain(`--- app.js
@@ line 3 @@
-app.use(
-  basicAuth({ users: { me: process.env.PASSWORD }, challenge: true }),
-)`)
})

test('the package behind a name', async () => {
  const said = await saidOf({
    'app.js': `const basicAuth = require('express-basic-auth')
const guard = basicAuth({ users: { me: 'secret' } })
app.use('/api', guard)
`,
  })
  expect(said).toMatch(/--- app\.js\n@@ line 3 @@\n-app\.use\('\/api', guard\)$/)
})

test('written by hand, in the app and in a module of its own', async () => {
  expect(await saidOf({ 'app.js': `${BY_HAND}app.use(password)\napp.listen(3000)\n` })).toMatch(
    /^.*\n.*app\.js:4: the app asks everybody.*\n--- app\.js\n@@ line 6 @@\n-app\.use\(password\)$/,
  )
  const apart = await saidOf({
    'app.js': `import { password as asked } from './password.js'\napp.use(asked)\n`,
    'password.js': `export ${BY_HAND}`,
  })
  expect(apart).toContain('password.js:4: the app asks everybody')
  expect(apart).toMatch(/--- app\.js\n@@ line 2 @@\n-app\.use\(asked\)$/)
})

test('where it is not mounted by use, only its place is said', async () => {
  expect(
    await saidOf({ 'app.js': `${BY_HAND}app.get('/', password, (req, res) => res.send('notes'))\n` }),
  ).toMatch(/app\.js:4: .*Take out what puts it in front of the routes, and run init again\.$/)
})

test.each([
  `app.get('/', (req, res) => res.send('Basics of gardening'))`,
  `const level = 'basically'; app.use((req, res, next) => next())`,
])('%s asks for no password', async (text) => {
  expect(await saidOf({ 'app.js': text })).toBe('')
})

test.each([
  `const layouts = { basic: '%m' }; app.use(morgan(layouts.basic, { name: 'basic' }))`,
  `const plan = user.plan === 'basic' ? 10 : 100`,
  `const PLANS = ['Basic', 'Pro']`,
  `res.render('page', { class: 'Basic' })`,
])('a word alone asks for no password: %s', async (text) => {
  expect(await saidOf({ 'app.js': `const app = express()\n${text}\n` })).toBe('')
})

test.each([
  `res.set('WWW-Authenticate', 'Basic').sendStatus(401)`,
  `res.writeHead(401, { 'WWW-Authenticate': 'Basic' })`,
  `res.setHeader(name, \`Basic realm="\${TITLE}"\`)`,
])('a header that asks: %s', async (asks) => {
  expect(await saidOf({ 'app.js': `app.use((req, res, next) => {\n${asks}\n})\n` })).toContain(
    'app.js:2: the app asks everybody for one password (basic auth)',
  )
})

const OFF = [
  `import basicAuth from 'express-basic-auth'\nif (process.env.SITE_PASSWORD) app.use(basicAuth({ users: { me: process.env.SITE_PASSWORD } }))\n`,
  `const ON = process.env.SITE_PASSWORD\nif (ON) app.use(password)\n${BY_HAND}`,
  `app.use(guard)\nfunction guard(req, res, next) {\nif (!process.env.SITE_PASSWORD) return next()\nres.set('WWW-Authenticate', 'Basic').sendStatus(401)\n}\n`,
]
test.each(OFF)('one that is off by default stays: %s', async (text) => {
  expect(await saidOf({ 'app.js': text })).toBe('')
  expect(await saidOf({ 'app.js': text, '.env': 'SITE_PASSWORD=x\n' })).toContain('(basic auth)')
})

const FORM = `import session from 'express-session'
const app = express()
app.use(session({ secret: process.env.SESSION_SECRET }))
const PASSWORD = process.env.APP_PASSWORD
app.get('/login', (req, res) => res.send('<form method="post"><input name="password"></form>'))
app.post('/login', (req, res) => {
  const { password } = req.body
  if (password !== PASSWORD) return res.status(401).send('wrong')
  req.session.loggedIn = true
  res.redirect('/')
})
const guard = (req, res, next) => (req.session?.loggedIn ? next() : res.redirect('/login'))
app.use(guard)
app.get('/', (req, res) => res.send('notes'))
`

test('a form that marks the session, with the guard and the routes of the form', async () => {
  const said = await saidOf({ 'app.js': FORM })
  expect(said).toContain('app.js:6: the app asks everybody for one password (a form, POST /login)')
  expect(said).toContain("--- app.js\n@@ line 5 @@\n-app.get('/login',")
  expect(said).toMatch(/-}\)\n@@ line 13 @@\n-app\.use\(guard\)$/)
  expect(said).toContain(
    "@@ line 6 @@\n-app.post('/login', (req, res) => {\n-  const { password } = req.body\n",
  )
  expect(said).not.toContain("-app.get('/',")
})

test.each([
  [
    'a cookie',
    `app.use((req, res, next) => (req.signedCookies.auth ? next() : res.sendStatus(401)))
app.post('/unlock', (req, res) => {
  if (req.body.password === process.env.PASSWORD) res.cookie('auth', 'yes', { signed: true })
  res.redirect('/')
})`,
  ],
  [
    'timingSafeEqual',
    `app.use((req, res, next) => (req.session.ok ? next() : res.sendStatus(401)))
app.post('/unlock', (req, res) => {
  if (!timingSafeEqual(Buffer.from(req.body.pin), Buffer.from(process.env.PIN))) return res.sendStatus(401)
  req.session.ok = true
  res.redirect('/')
})`,
  ],
  [
    'a function with a name',
    `app.use((req, res, next) => (req.session.ok ? next() : res.sendStatus(401)))
app.post('/unlock', unlock)
function unlock(req, res) {
  if (req.body.password === process.env.PASSWORD) req.session.ok = true
  res.redirect('/')
}`,
  ],
  [
    'a body that may be missing, and a page after a wrong password',
    `app.use((req, res, next) => (req.session.open ? next() : res.redirect('/login')))
app.post('/unlock', (req, res) => {
  if (req.body?.password !== process.env.PASSWORD) return res.status(401).send(page('Wrong'))
  req.session.open = true
  res.redirect('/')
})`,
  ],
  [
    'a text in the source',
    `app.use((req, res, next) => (req.session.ok ? next() : res.sendStatus(401)))
app.post('/unlock', (req, res) => {
  if (req.body.password == 'open sesame') req.session.ok = true
  res.redirect('/')
})`,
  ],
])('a form by %s', async (_what, text) => {
  const said = await saidOf({ 'app.js': `const app = express()\n${text}\n` })
  expect(said).toContain('app.js:3: the app asks everybody for one password (a form, POST /unlock)')
  expect(said).toContain('@@ line 2 @@\n-app.use((req, res, next)')
})

test.each([
  [
    'a login of users',
    `app.post('/login', async (req, res) => {
  const user = await find(req.body.email)
  if (user.password !== req.body.password) return res.sendStatus(401)
  req.session.userId = user.id
})`,
  ],
  [
    'a login of users beside a password for administrators',
    `app.post('/admin', (req, res) => {
  if (req.body.password === process.env.ADMIN) req.session.admin = true
})
app.post('/login', async (req, res) => { req.session.userId = (await find(req.body)).id })`,
  ],
  [
    'a field for something else',
    `app.post('/theme', (req, res) => { if (req.body.theme === 'dark') req.session.dark = true })`,
  ],
])('%s asks for no shared password', async (_what, text) => {
  expect(await saidOf({ 'app.js': `const app = express()\n${text}\n` })).toBe('')
})
