import { expect, test } from 'vitest'
import { fileParser } from '../../reading/syntax/sources.js'
import { loginsIn } from './logins.js'

const read = async (text: string, hasUsers?: boolean) =>
  loginsIn([(await fileParser('/app'))('app.js', text)], hasUsers).map(
    ({ by, at, advice }) => `${by} (${at}): ${advice}`,
  )

test('takes the word basic for no login, and says where basic auth is off by default', async () => {
  expect(await read("const layout = 'basic'\nconst PLANS = ['Basic']")).toEqual([])
  const off =
    "const auth = require('express-basic-auth')\nif (process.env.PASSWORD) app.use(auth({ users: { me: process.env.PASSWORD } }))"
  expect(await read(off)).toEqual([
    'basic auth (app.js:2): it is off by default: leave it off, since usertwo’s accounts replace it',
  ])
})

test('does not promise to keep a login that has no table of users', async () => {
  const passport = "const { Strategy } = require('passport-local')\npassport.use(new Strategy(verify))"
  const flash = "const session = require('express-session')\napp.use(session({ secret: 'x' }))"
  const stored = (name: string) =>
    `const session = require('express-session'), Store = require('${name}')(session.Store)\napp.use(session({ store: new Store({ db }) }))`
  const elsewhere = ['connect-session-sequelize', 'connect-redis', 'connect-mongo'].map(stored)
  for (const text of [passport, flash, ...elsewhere]) {
    expect(await read(text, false)).toEqual([
      expect.stringMatching(/: no table of users is in the source: if it serves one/),
    ])
    expect(await read(text)).toEqual([expect.stringMatching(/: (?:it can stay|usertwo init does not)/)])
  }
})

test.each([
  [
    `const session = require('express-session')
app.use(session({ secret: 'x' }))`,
    [/^express-session, kept in the memory of the process \(app\.js:2\): it can stay: usertwo init reads it/],
  ],
  [
    `import session from 'express-session'
import pgSession from 'connect-pg-simple'
app.use(session({ store: new (pgSession(session))({ tableName: 'logins' }) }))`,
    [/^express-session, kept in the table logins \(connect-pg-simple\) \(app\.js:3\): it can stay/],
  ],
  [
    `const session = require('express-session')
const Store = require('connect-session-knex')(session)
app.use(session({ store: new Store({}) }))`,
    [/^express-session, kept in connect-session-knex \(app\.js:3\): usertwo init does not read where/],
  ],
  [
    `import session from 'express-session'
import { RedisStore } from 'connect-redis'
app.use(session({ store: new RedisStore({ client }) }))`,
    [
      /^express-session, kept in connect-redis \(app\.js:3\): it can stay: usertwo init reads it.*on a Redis of their own/,
    ],
  ],
  [
    `const passport = require('passport'), { Strategy } = require('passport-local')
passport.use(new Strategy(verify))`,
    [/^passport-local \(app\.js:2\): it can stay: usertwo init reads it/],
  ],
  [
    `const GoogleStrategy = require('passport-google-oauth20')
passport.use(new GoogleStrategy({}, verify))`,
    [/^passport-google-oauth20 \(app\.js:2\): usertwo init does not keep it/],
  ],
  [
    `const jwt = require('jsonwebtoken')
app.use((req) => jwt.verify(req.headers.authorization, 'x'))
app.use((req) => jwt.verify(req.headers.authorization, 'x'))`,
    [/^a token, by jsonwebtoken \(app\.js:2\): usertwo init does not keep it/],
  ],
  [
    `const jwt = require('jsonwebtoken'), bcrypt = require('bcrypt'), app = require('express')()
app.post('/login', async (req, res) => {
  const { email, password } = req.body
  const user = await find(email)
  if (await bcrypt.compare(password, user.hash)) res.json({ token: jwt.sign({ id: user.id }, 'x') })
})
app.use((req, res, next) => {
  req.user = jwt.verify(req.headers.authorization.slice(7), 'x')
  next()
})`,
    [/^a token, by jsonwebtoken \(app\.js:8\): it can stay: usertwo init reads it/],
  ],
  [
    `import { betterAuth } from 'better-auth'
export const auth = betterAuth({})`,
    [/^better-auth \(app\.js:2\): usertwo init does not keep it/],
  ],
  [
    `const basic = require('express-basic-auth')
app.use(basic({ users: {} }))`,
    [/^basic auth \(app\.js:2\): usertwo’s accounts replace it/],
  ],
  [
    `app.use((req, res, next) => ok(req) ? next() : res.set('WWW-Authenticate', 'Basic realm="x"').sendStatus(401))`,
    [/^basic auth \(app\.js:1\): usertwo’s accounts replace it/],
  ],
  [
    `app.post('/login', (req, res) => { if (req.body.password === process.env.PASSWORD) req.session.ok = true })`,
    [/^one password for everybody, by a form, POST \/login \(app\.js:1\): usertwo’s accounts replace it/],
  ],
  [
    `app.use((req, res, next) => { req.who = req.get('Remote-User'); next() })`,
    [
      /^the header Remote-User, of a proxy \(app\.js:1\): a client that reaches the app past the proxy sends it too/,
    ],
  ],
  [
    `const who = req.headers['cf-access-authenticated-user-email']`,
    [/^the header cf-access-authenticated-user-email, of a proxy/],
  ],
])('%s is named, with what to do', async (text, lines) => {
  expect(await read(text)).toEqual(lines.map((line) => expect.stringMatching(line)))
})

test.each([
  `const jwt = require('jsonwebtoken'); exports.link = () => jwt.sign({}, 'x')`,
  `const type = req.get('content-type'); const user = config['remote-user']`,
  `const session = require('express-session')`,
])('%s is not a login', async (text) => {
  expect(await read(text)).toEqual([])
})
