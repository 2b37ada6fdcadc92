import { describe, expect, it } from 'vitest'
import { ConfigError } from '../core/config-error.js'
import { parseConfig } from './config.js'

const least = { app: { start: ['node', 'server.js'] }, owner: { id: 1 }, users: { table: 'users' } }
const problemsOf = (input: unknown) => {
  try {
    parseConfig(input)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('the configuration', () => {
  it('fills in every default from the least an app must say', () => {
    expect(parseConfig(least)).toMatchObject({
      users: { table: 'users', id: 'id' },
      tables: {},
      routes: { public: [], debug: [], ops: [], legacy: {} },
      auth: { mount: '/api/auth', pages: '/auth', header: 'authorization' },
      waivers: [],
    })
  })

  it.each([
    ['A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    ['Ann', 'Ann'],
    [7, 7],
  ])('reads the owner %s as PostgreSQL prints it, %s', (id, read) => {
    expect(parseConfig({ ...least, owner: { id } }).owner.id).toBe(read)
  })

  it('makes a table with an owner private unless told otherwise', () => {
    const { tables } = parseConfig({ ...least, tables: { threads: { owner: 'user_id' } } })
    expect(tables.threads).toEqual({ owner: 'user_id', access: 'private', perUser: false })
  })

  it('takes an own login of the app whole or not at all, and nothing that needs the login of usertwo', () => {
    const lookups = { users: ['email', 'id'], tables: ['session'] }
    const auth = { by: 'app', user: () => null, login: { post: '/login' }, lookups }
    expect(problemsOf({ ...least, auth })).toEqual([])
    const token = { post: '/login', token: 'data.accessToken', localStorage: 'token' }
    expect(problemsOf({ ...least, auth: { ...auth, login: token } })).toEqual([])
    expect(problemsOf({ ...least, auth: { ...auth, login: { ...token, token: undefined } } })).toEqual([
      "auth.login.localStorage: needs `token`, where the login's answer holds what the pages keep",
    ])
    expect(problemsOf({ ...least, auth: { ...auth, login: { ...token, token: '$.token' } } })).toEqual([
      'auth.login.token: expected the path of a field in the answer, e.g. \'data.accessToken\', got "$.token"',
    ])
    expect(problemsOf({ ...least, auth: { ...auth, login: { ...token, bearer: false } } })).toEqual([])
    expect(problemsOf({ ...least, auth: { ...auth, login: { post: '/login', bearer: false } } })).toEqual([
      "auth.login.bearer: needs `token`, where the login's answer holds what the header takes",
    ])
    expect(problemsOf({ ...least, auth: { by: 'app' } })).toEqual([
      "auth.user: auth.by is 'app', and that needs user: (req) => req.session?.userId ?? null",
      "auth.login: auth.by is 'app', and that needs login: { post: '/login' }",
      "auth.lookups: auth.by is 'app', and that needs lookups: { users: ['email', 'id'], tables: ['session'] }",
    ])
    expect(problemsOf({ ...least, auth: { lookups } })).toEqual([
      "auth.lookups: describes the app's own login; set auth.by to 'app', or take it out",
    ])
    const tables = { settings: { owner: 'user_id', perUser: true } }
    expect(problemsOf({ ...least, auth, tables })).toEqual([
      "tables.settings.perUser: auth.by is 'app', and this needs the login of usertwo; take it out",
    ])
  })

  it('takes providers by which users log in, with a name of its own for each, and never a secret', () => {
    const google = { name: 'google', issuer: 'https://accounts.google.com' }
    const wrong = (...providers: object[]) => problemsOf({ ...least, auth: { providers } })
    expect(wrong(google, { name: 'github', kind: 'github', label: 'GitHub' })).toEqual([])
    expect(wrong({ ...google, issuer: 'http://127.0.0.1:9000' })).toEqual([])
    expect(wrong({ ...google, clientSecret: 'x' })).toEqual([
      'auth.providers.0.clientSecret is not an option; allowed: name, kind, issuer, label, scope, clientAuth',
    ])
    expect(wrong({ ...google, isuer: 'x' })).toEqual([
      'auth.providers.0.isuer is not an option; did you mean issuer?',
    ])
    expect(wrong({ name: 'own' })[0]).toMatch(
      /^auth.providers.0.issuer: missing; expected the address by which/,
    )
    for (const issuer of [
      'http://idp.example.com',
      'idp.example.com',
      'https://a@idp.example.com',
      'https://idp.example.com/?a=b',
    ])
      expect(wrong({ ...google, issuer })[0]).toContain('auth.providers.0.issuer: expected an https address')
    for (const name of ['Google', 'my idp', '', '../x'])
      expect(wrong({ ...google, name })[0]).toContain('auth.providers.0.name: expected small letters')
    expect(wrong(google, google)).toEqual([
      'auth.providers.1.name: is the name of two providers; change one of them',
    ])
    const lookups = { users: ['email', 'id'], tables: ['session'] }
    const auth = { by: 'app', user: () => null, login: { post: '/login' }, lookups, providers: [google] }
    expect(problemsOf({ ...least, auth })).toEqual([
      "auth.providers: auth.by is 'app', and this needs the login of usertwo; take it out",
    ])
  })

  it('takes a proxy that logs users in, with the addresses it is believed from, in place of an own login', () => {
    const proxy = { header: 'Remote-Email', from: ['10.0.0.5', '10.1.0.0/16', 'fd00::/8'], is: 'email' }
    const wrong = (given: object) =>
      problemsOf({ ...least, auth: { by: 'app', proxy: { ...proxy, ...given } } })
    expect(wrong({})).toEqual([])
    expect(parseConfig({ ...least, auth: { by: 'app', proxy } }).auth.proxy).toEqual({
      ...proxy,
      header: 'remote-email',
      more: [],
    })
    expect(wrong({ from: [] })).toEqual([
      "auth.proxy.from: expected the addresses of your proxy, e.g. ['10.0.0.5'], got an empty list",
    ])
    expect(wrong({ from: undefined })).toEqual(['auth.proxy.from: missing; expected a list'])
    expect(wrong({ from: ['proxy.internal'] })).toEqual([
      "auth.proxy.from.0: expected an address or a range, e.g. '10.0.0.5' or '10.0.0.0/8', got \"proxy.internal\"",
    ])
    for (const all of ['0.0.0.0/0', '::/0', '10.0.0.0/00'])
      expect(wrong({ from: [all] })).toEqual([
        'auth.proxy.from.0: is every address, and any client could name any user',
      ])
    expect(wrong({ from: ['10.0.0.0/33', 'fd00::/129', '10.0.0.0/'] })).toHaveLength(3)
    expect(wrong({ header: 'remote email' })).toEqual([
      'auth.proxy.header: expected the name of a header, e.g. \'remote-user\', got "remote email"',
    ])
    expect(wrong({ header: 'X-Forwarded-For' })).toEqual([
      'auth.proxy.header: does not name a user; give the header that your proxy sets',
    ])
    expect(
      problemsOf({ ...least, auth: { by: 'app', proxy, login: { post: '/login' }, logout: '/out' } }),
    ).toEqual([
      'auth.login: describes a login by the app, and auth.proxy one by a proxy; take one of them out',
      'auth.logout: describes a login by the app, and auth.proxy one by a proxy; take one of them out',
    ])
    expect(problemsOf({ ...least, auth: { proxy } })).toEqual([
      "auth.proxy: describes the app's own login; set auth.by to 'app', or take it out",
    ])
  })

  it('names the nearest option for one it does not know, at any depth', () => {
    expect(problemsOf({ ...least, tabels: {} })).toEqual(['tabels is not an option; did you mean tables?'])
    expect(problemsOf({ ...least, routes: { publik: [] } })).toEqual([
      'routes.publik is not an option; did you mean public?',
    ])
  })

  it('refuses a name of the database that there is not, and says how a dollar sign is written', () => {
    const app = {
      start: ['node', 'server.js'],
      env: { DB_URL: '$DATABASE_URI', KEY: 'a$$B', HOST: '$PGHOST' },
    }
    expect(problemsOf({ ...least, app })).toEqual([
      'app.env.DB_URL: $DATABASE_URI is not known; allowed: $DATABASE_URL, $PGHOST, $PGPORT, $PGUSER, $PGPASSWORD, $PGDATABASE, $REDIS_URL, $REDIS_HOST, $REDIS_PORT; a dollar sign itself is written $$',
    ])
  })

  it('refuses another database under the names of the one the app is given, and takes more to be said of it', () => {
    const problems = (env: Record<string, string>) =>
      problemsOf({ ...least, app: { start: ['node', 'server.js'], env } })
    expect(problems({ PGHOST: 'db.example.com', DATABASE_URL: '$DATABASE_URL?sslmode=disable' })).toEqual([
      "app.env.PGHOST: names another database than the one the app is given; take it out, or say what to add: '$PGHOST…'",
    ])
  })

  it('refuses a Redis of the user’s, and takes the one that a gate gives, or none', () => {
    const problems = (REDIS_URL: string) =>
      problemsOf({ ...least, app: { start: ['node', 'server.js'], env: { REDIS_URL } } })
    expect(problems('redis://localhost:6379')).toEqual([
      "app.env.REDIS_URL: names a Redis of yours; a gate gives the app one of its own: '$REDIS_URL'",
    ])
    expect(() => parseConfig({ ...least, app: { start: ['node'], env: { REDIS_URL: '' } } })).not.toThrow()
    expect(() =>
      parseConfig({ ...least, app: { start: ['node'], env: { REDIS_URL: '$REDIS_URL/1' } } }),
    ).not.toThrow()
  })

  it('refuses a header that no request can have', () => {
    expect(problemsOf({ ...least, auth: { header: 'x login' } })).toEqual([
      'auth.header: expected the name of a header, e.g. X-Login, got "x login"',
    ])
  })

  it('lists what is allowed where nothing is near', () => {
    expect(problemsOf({ ...least, users: { table: 'users', wobble: 1 } })).toEqual([
      'users.wobble is not an option; allowed: table, id, password, login, create',
    ])
  })

  it('reports every problem at once', () => {
    expect(problemsOf({ app: { start: [] }, owner: {}, users: { table: 'users' } }).length).toBeGreaterThan(1)
  })

  it('says what a table may be when it is neither owned nor shared', () => {
    expect(problemsOf({ ...least, tables: { notes: { access: 'everybody' } } })).toEqual([
      expect.stringContaining("tables.notes: give { owner: 'column' }"),
    ])
  })

  it('says what is wrong with an owned table, its switch and its raw SQL', () => {
    const table = (threads: object) =>
      problemsOf({ ...least, tables: { threads: { owner: 'user_id', ...threads } } })
    expect(table({ enforcement: 'on' })).toEqual([
      "tables.threads.enforcement: expected 'off', 'report' or 'enforce', got \"on\"",
    ])
    expect(table({ enforcment: 'off' })).toEqual([
      'tables.threads.enforcment is not an option; did you mean enforcement?',
    ])
    expect(problemsOf({ ...least, rawQueries: 'off' })).toEqual([
      "rawQueries: give 'bound', 'refuse', or { declared: ['select … from threads'] }",
    ])
  })

  it('refuses a waiver without a date or with hardly a reason', () => {
    expect(
      problemsOf({ ...least, waivers: [{ check: 'a.b', reason: 'because', until: 'soon' }] }),
    ).toHaveLength(2)
  })
})
