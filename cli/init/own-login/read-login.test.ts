import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSources } from '../../../reading/syntax/sources.js'
import { parseConfig } from '../../../src/config/config.js'
import { ownLoginIn } from './kept-login.js'
import { readSessionLogin } from './read-login.js'
import { expressionOf } from './read-user.js'

async function sourcesOf(text: string, others: Record<string, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-login-'))
  try {
    for (const [file, one] of Object.entries({ 'app.js': text, ...others }))
      writeFileSync(join(folder, file), one)
    const app = { start: ['node', 'app.js'] }
    const config = parseConfig({ app, owner: { id: 1 }, users: { table: 'users' } })
    return (await readSources(folder, config)).server
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const readIn = async (text: string, others?: Record<string, string>) =>
  readSessionLogin(await sourcesOf(text, others))!

const HEAD = `const express = require('express')
const session = require('express-session')
const bcrypt = require('bcrypt')
const app = express()
`
const LOGIN = `app.post('/login', async (req, res) => {
  const { username, password, remember } = req.body
  const user = await find(username)
  if (!(await bcrypt.compare(password, user.hash))) return res.sendStatus(401)
  req.session.userId = user.id
  res.redirect('/')
})
`

test.each([
  ['req.session.userId = user.id', 'req.session?.userId'],
  ['req.session.user_id = rows[0].id', 'req.session?.user_id'],
  ['req.session.user = { id: user.id, name: user.name }', 'req.session?.user?.id'],
  ['req.session.user = user', 'req.session?.user?.key'],
  ['req.session.user = rows[0]', 'req.session?.user?.key'],
  ['req.session.user = user.id', 'req.session?.user'],
  ['session.uid = id', 'req.session?.uid'],
])('%s names the user by %s', async (text, expression) => {
  const { users } = await readIn(
    `${HEAD}app.use(session({}))\nconst login = (req, user, rows, session, id) => { ${text} }`,
  )
  expect(users.map((one) => expressionOf(one, 'key'))).toEqual([expression])
})

test.each([
  'req.session.userId = null',
  'req.session.loggedIn = true',
  'req.session.cartId = cart.id',
  'req.session.user = user.name',
  "req.session.user = 'admin'",
  'req.session.views = 1',
])('%s names no user', async (text) => {
  const { users } = await readIn(
    `${HEAD}app.use(session({}))\nconst login = (req, user, cart) => { ${text} }`,
  )
  expect(users).toEqual([])
})

test.each([
  ['app.use(session({ secret: "x" }))', { kind: 'memory', table: null }],
  [
    `const Store = require('connect-pg-simple')(session)
     app.use(session({ store: new Store({ pool, pruneSessionInterval: false }) }))`,
    { kind: 'connect-pg-simple', table: 'session', makesTable: false },
  ],
  [
    `const pgSession = require('connect-pg-simple')(session)
     app.use(session({ store: new pgSession({ pool, tableName: 'logins', schemaName: 'web', createTableIfMissing: true }) }))`,
    { table: 'web.logins', makesTable: true },
  ],
  [
    `const { RedisStore } = require('connect-redis')
     app.use(session({ store: new RedisStore({ client }) }))`,
    { kind: 'connect-redis', table: null },
  ],
  ['app.use(session({ store: new Mine() }))', { kind: 'other', table: null }],
  [
    `class Mine extends session.Store {
       get(sid, done) { db.query('select data from web_sessions where sid = $1', [sid]).then(({ rows }) => done(null, rows[0]?.data), done) }
       set(sid, data, done) { db.query('insert into web_sessions (sid, data) values ($1, $2) on conflict (sid) do update set data = $2', [sid, data]).then(() => done(), done) }
       prune() { db.query('delete from web_sessions where expires_at < now()') }
     }
     app.use(session({ store: new Mine() }))`,
    { kind: 'other', table: 'web_sessions' },
  ],
  [
    `const { Store } = require('express-session')
     const Mine = class extends Store {
       set(sid, data, done) { db('visits').insert({ sid, data }).then(() => done()) }
     }
     app.use(session({ store: new Mine() }))`,
    { kind: 'other', table: 'visits' },
  ],
  [
    `class Mine extends require('express-session').Store {
       set(sid, data) { db.query('insert into kept (sid, data) values ($1, $2)', [sid, data]); db.query('insert into seen (sid) values ($1)', [sid]) }
     }
     app.use(session({ store: new Mine() }))`,
    { kind: 'other', table: null },
  ],
  [
    `const Store = require('connect-session-knex')(session)
     app.use(session({ store: new Store({ knex }) }))`,
    { kind: 'other', name: 'connect-session-knex', table: 'sessions' },
  ],
  [
    `const { ConnectSessionKnexStore } = require('connect-session-knex')
     app.use(session({ store: new ConnectSessionKnexStore({ knex: db, tableName: 'kept', createTable: false }) }))`,
    { kind: 'other', table: 'kept' },
  ],
  [
    `const Store = require('connect-session-knex')(session)
     app.use(session({ store: new Store({ knex, tablename: 'baskets' }) }))`,
    { kind: 'other', table: 'baskets' },
  ],
  [
    `const Store = require('connect-session-sequelize')(session.Store)
     app.use(session({ store: new Store({ db: sequelize }) }))`,
    { kind: 'other', table: 'Sessions' },
  ],
])('%s: where sessions are kept', async (text, store) => {
  expect((await readIn(HEAD + text)).store).toMatchObject(store)
})

test('a route that compares a password takes the login, one that hashes and inserts takes the registration', async () => {
  const found = await readIn(`${HEAD}app.use(session({}))
${LOGIN}app.post('/join', async (req, res) => {
  const { username, password, password2, name, _csrf } = req.body
  await db.query('INSERT INTO users (username, hash, name) VALUES ($1, $2, $3)', [username, await bcrypt.hash(password, 10), name])
})
app.post('/password', async (req, res) => {
  const { currentPassword, gatePassword } = req.body
  if (await bcrypt.compare(currentPassword, req.hash)) await change(await bcrypt.hash(gatePassword, 10))
})
app.post('/logout', (req, res) => req.session.destroy(() => res.end()))`)
  expect(found.logins.map(({ path, fields }) => [path, fields.user, fields.password])).toEqual([
    ['/login', 'username', 'password'],
  ])
  expect(found.registers).toMatchObject([
    {
      path: '/join',
      fields: { user: 'username', password: 'password', repeated: ['password2'], more: ['name'] },
    },
  ])
  expect(found.logouts.map(({ path }) => path)).toEqual(['/logout'])
})

test('a handler that calls the middleware of passport-local itself is the login', async () => {
  const { logins } = await readIn(`${HEAD}const passport = require('passport')
const LocalStrategy = require('passport-local').Strategy
app.use(session({}))
passport.use(new LocalStrategy((name, password, done) => done(null, find(name))))
async function enter(req, res, next) {
  const middleware = passport.authenticate('local', { failureRedirect: '/login' })
  await middleware(req, res, next)
}
app.post('/enter', enter)
app.post('/notes', (req, res) => res.json({}))
`)
  expect(logins.map(({ path }) => path)).toEqual(['/enter'])
})

const BY_PASSPORT = `${HEAD}const passport = require('passport')
const LocalStrategy = require('passport-local').Strategy
const users = require('./users')
app.use(session({}))
passport.use(new LocalStrategy((name, password, done) => done(null, find(name))))
app.post('/enter', users.enter)
app.post('/join', users.join)
`

test.each([
  "exports.enter = passport.authenticate('local', { failureRedirect: '/' })",
  "module.exports.enter = [check, passport.authenticate('local')]",
  "const enter = passport.authenticate('local')\nmodule.exports = { enter, join: exports.join }",
  "module.exports = { enter: passport.authenticate('local'), join: exports.join }",
])('%s of another file is the login', async (enter) => {
  const { logins, registers } = await readIn(BY_PASSPORT, {
    'users.js': `const bcrypt = require('bcrypt')
const passport = require('passport')
const check = (req, res, next) => next()
exports.join = async (req, res) => {
  const user = await User.create({ name: req.body.username, hash: await bcrypt.hash(req.body.password, 10) })
  req.enter(user)
}
${enter}`,
  })
  expect(logins.map(({ path }) => path)).toEqual(['/enter'])
  expect(registers.map(({ path }) => path)).toEqual(['/join'])
})

test('a registration that calls req.login is not the login, whatever else is called login', async () => {
  const { logins, registers } = await readIn(`${HEAD}const passport = require('passport')
const LocalStrategy = require('passport-local')
app.use(session({}))
passport.use(new LocalStrategy((name, password, done) => done(null, find(name))))
exports.login = () => {
  app.post('/enter', passport.authenticate('local'))
  app.post('/join', async (req, res) => {
    await db.query('INSERT INTO users (name, hash) VALUES ($1, $2)', [req.body.username, await bcrypt.hash(req.body.password, 4)])
    req.login({ id: 1 }, () => res.end())
  })
}`)
  expect(logins.map(({ path }) => path)).toEqual(['/enter'])
  expect(registers.map(({ path }) => path)).toEqual(['/join'])
})

test.each([
  'exports.join = [check, async (req, res) => { await make(req.body.username, await bcrypt.hash(req.body.password, 10)) }]',
  'const store = async (req, res) => { await make(req.body.username, await bcrypt.hash(req.body.password, 10)) }\nexports.join = [check, store]',
])('%s, a list of handlers, takes the registration', async (join) => {
  const { registers } = await readIn(BY_PASSPORT, {
    'users.js': `const bcrypt = require('bcrypt')
const check = (req, res, next) => next()
const make = (name, hash) => db.query('INSERT INTO users (name, hash) VALUES ($1, $2)', [name, hash])
${join}`,
  })
  expect(registers).toMatchObject([{ path: '/join', fields: { user: 'username', password: 'password' } }])
})

test('the form of passport-local is that of its options', async () => {
  const text = (options: string) => `${HEAD}const passport = require('passport')
const LocalStrategy = require('passport-local')
app.use(session({}))
passport.use(new LocalStrategy(${options}(name, password, done) => bcrypt.compare(password, 'x')))
const local = passport.authenticate('local', { failureRedirect: '/login' })
app.post('/login/password', local, (req, res) => res.redirect('/'))`
  const plain = await readIn(text(''))
  expect(plain.passport!.fields).toEqual({ user: 'username', password: 'password' })
  expect(plain.logins.map(({ path }) => path)).toEqual(['/login/password'])
  expect(expressionOf(plain.users[0]!, 'id')).toBe('req.user?.id')
  const { passport } = await readIn(text(`{ usernameField: 'email', passwordField: 'pw' }, `))
  expect(passport!.fields).toEqual({ user: 'email', password: 'pw' })
})

const TOKENS = `const express = require('express')
const jwt = require('jsonwebtoken')
const bcrypt = require('bcrypt')
const app = express()
${LOGIN.replace('req.session.userId = user.id', "res.json(jwt.sign({ user: user.id }, 'x'))")}`

test.each([
  ['req.user = payload.user', { key: 'user', member: 'claim', claim: 'user' }],
  ['req.auth = payload.sub', { key: 'auth', member: 'claim', claim: 'sub' }],
  ['req.user = payload', { key: 'user', member: 'claim' }],
  ['req.userId = payload.user', { key: 'userId', member: null }],
])('%s names the user by the claims of the token', async (text, by) => {
  const { users } = await readIn(
    `${TOKENS}app.use((req, res, next) => { const payload = jwt.verify(req.header('token'), 'x'); ${text}; next() })`,
  )
  expect(users).toEqual([{ of: 'request', at: 'app.js:12', ...by }])
})

test.each([
  ["req.header('Token')", ['token']],
  ["req.get('x-auth-token')", ['x-auth-token']],
  ["req.headers['x-access-token']", ['x-access-token']],
  ['req.headers.token', ['token']],
  ['req.headers.authorization', []],
  ["req.headers['content-type']", []],
  ['req.headers.cookie', []],
])('%s, where a token is verified, may be the header of the token', async (text, headers) => {
  const { store } = await readIn(
    `${TOKENS}app.use((req, res, next) => { req.user = jwt.verify(${text}, 'x'); next() })`,
  )
  expect(store.headers).toEqual(headers)
})

test('claims behind a type assertion are those of the token', async () => {
  const { users } = await readIn(TOKENS, {
    'guard.ts': `import jwt from 'jsonwebtoken'
export const guard = (req: any, res: any, next: any) => {
  const payload = jwt.verify(req.cookies.jwt, 'x') as { user: string }
  req.user = payload.user
  next()
}`,
    'app.js': `${TOKENS}const { guard } = require('./guard')\napp.use(guard)`,
  })
  expect(users).toMatchObject([{ key: 'user', member: 'claim', claim: 'user' }])
})

test('a token that puts no user on the request is refused as a token', async () => {
  const sources = await sourcesOf(
    `${TOKENS}app.use((req, res, next) => { jwt.verify(req.headers.authorization, 'x'); next() })`,
  )
  const read = () => ownLoginIn(sources, '/api/auth', null)
  expect(read).toThrow(/\(a token by jsonwebtoken\), and nothing in the sources puts .* on the request/)
})

test('a lookup by lower(…), and a reset, are to be looked over', async () => {
  const { open } = await readIn(`${HEAD}app.use(session({}))
${LOGIN}const find = (name) => db.query('SELECT * FROM users WHERE lower(email) = $1', [name])
app.post('/forgot', (req, res) => res.end())`)
  expect(open).toEqual([
    expect.stringMatching(/^app\.js:\d+: lower\(email\) = … finds no row before a user is known/),
    expect.stringMatching(/^app\.js:\d+: if POST \/forgot reads one row of users without a login/),
  ])
})

test.each([
  ['app.use(session({ store: new Mine() }))', LOGIN, /its sessions are kept by a store of its own/],
  [
    'app.use(session({}))',
    'app.get("/x", (req) => { req.session.userId = 1 })',
    /no POST route was found that compares/,
  ],
  [
    'app.use(session({}))',
    LOGIN.replace('userId = user.id', 'user = user.name'),
    /puts the id of a user into req\.session/,
  ],
])('%s with too little is refused, with what was read', async (store, login, why) => {
  const sources = await sourcesOf(`${HEAD}${store}\n${login}`)
  const read = () => ownLoginIn(sources, '/api/auth', null)
  expect(read).toThrow(why)
  expect(read).toThrow(/auth: \{ by: 'app', user: .*, register: \{ post: 'TODO' \}/)
})

test('a session that names no user, without a login, is not one', async () => {
  const sources = await sourcesOf(
    `${HEAD}app.use(session({}))\napp.get('/', (req) => { req.session.views = 1 })`,
  )
  expect(ownLoginIn(sources, '/api/auth', null)).toEqual({ login: null, session: null })
})
