import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import http, { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import jwt from 'jsonwebtoken'
import request from 'supertest'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE, SECRET } from '../../../../test/support/auth-app.js'
import { createUser } from '../registration/create-user.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const OTHER = { email: 'other@example.com', password: 'another long one' }

let one: AuthApp
let second: AuthApp
let token: string
let cookie: string

async function login(account: typeof OWNER, app = one): Promise<{ token: string; cookie: string }> {
  app.clock.move(0)
  const { body, headers } = await request(app.app)
    .post('/api/auth/login')
    .set('X-Forwarded-For', `10.9.${Math.floor(Math.random() * 250)}.${Math.floor(Math.random() * 250)}`)
    .send(account)
    .expect(200)
  return { token: body.access_token, cookie: headers['set-cookie']![0]!.split(';', 1)[0]! }
}

beforeAll(async () => {
  one = await authApp()
  second = await authApp({ url: one.url })
  await request(one.app)
    .post('/api/auth/register')
    .send({ ...OWNER, claim_code: CODE })
    .expect(202)
  await createUser(one.db, one.kit.config, OTHER)
  ;({ token, cookie } = await login(OWNER))
})

afterAll(async () => {
  await second?.dispose()
  await one?.dispose()
})

const get = (path: string, headers: Record<string, string> = {}, app = one) =>
  request(app.app).get(path).set(headers)
const bearer = (value: string) => ({ Authorization: `Bearer ${value}` })

describe('refuses', () => {
  const payload = () => jwt.decode(token) as jwt.JwtPayload
  const sign = (
    change: object,
    header: object = {},
    secret: jwt.Secret = SECRET,
    algorithm: jwt.Algorithm = 'HS256',
  ) =>
    jwt.sign({ ...payload(), ...change }, secret, {
      algorithm,
      header: { typ: 'at+jwt', alg: algorithm, ...header },
    })
  const without = (name: string) => {
    const { [name]: _gone, ...rest } = payload()
    return jwt.sign(rest, SECRET, { header: { typ: 'at+jwt', alg: 'HS256' } })
  }
  const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const seconds = () => Math.floor(Date.now() / 1000)

  const kinds: Record<string, () => string> = {
    'case 1: alg none': () => `${base64({ typ: 'at+jwt', alg: 'none' })}.${token.split('.')[1]}.`,
    'case 1: alg nOnE with a signature': () =>
      `${base64({ typ: 'at+jwt', alg: 'nOnE' })}.${token.split('.').slice(1).join('.')}`,
    'case 3: another algorithm with our key': () => sign({}, {}, SECRET, 'HS512'),
    'case 2: an asymmetric key': () =>
      sign({}, {}, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, 'RS256'),
    'case 4: an unknown key id': () => sign({}, { kid: 'another' }),
    'case 5: a key id that is a path': () => sign({}, { kid: '../../dev/null' }, `${SECRET}x`),
    'case 5: a key id that every object has': () => sign({}, { kid: '__proto__' }, `${SECRET}x`),
    'case 5: a key id of ten kilobytes': () => sign({}, { kid: 'x'.repeat(10_000) }),
    'case 6: a key in the header': () => {
      const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const jwk = publicKey.export({ format: 'jwk' })
      return sign({}, { jwk, jku: 'http://127.0.0.1:9/keys' }, privateKey, 'RS256')
    },
    'another secret': () => sign({}, {}, `${SECRET}x`),
    'case 8: typ JWT': () => sign({}, { typ: 'JWT' }),
    'case 8: typ refresh+jwt': () => sign({}, { typ: 'refresh+jwt' }),
    'case 7: a critical extension': () => sign({}, { crit: ['b64'] }),
    'case 9: another issuer': () => sign({ iss: 'another' }),
    'case 9: no issuer': () => without('iss'),
    'case 9: another audience': () => sign({ aud: 'another' }),
    'case 9: no audience': () => without('aud'),
    'case 9: a list of audiences': () => sign({ aud: ['usertwo', 'x'] }),
    'case 10: no expiry': () => without('exp'),
    'case 10: an expiry in the past': () => sign({ iat: seconds() - 100, exp: seconds() - 1 }),
    'case 10: an expiry with a fraction': () => sign({ exp: payload().exp! - 0.5 }),
    'case 10: a life longer than allowed': () => sign({ exp: 253402300000 }),
    'case 11: not valid yet': () => sign({ nbf: seconds() + 3600 }),
    'case 11: issued in the future': () => sign({ iat: seconds() + 3600 }),
    'case 12: no id': () => without('jti'),
    'case 12: an id that is a list': () => sign({ jti: ['x'] }),
    'no session': () => without('sid'),
    'a session that does not exist': () => sign({ sid: randomUUID() }),
    'case 13: no subject': () => without('sub'),
    'case 13: another subject': () => sign({ sub: '2' }),
    'case 13: a subject with a zero in front': () => sign({ sub: '01' }),
    'case 13: a subject with a space': () => sign({ sub: '1 ' }),
    'case 20: a flipped bit of the payload': () => {
      const [head, body, signature] = token.split('.') as [string, string, string]
      return [head, `${body.slice(0, 20)}${body[20] === 'A' ? 'B' : 'A'}${body.slice(21)}`, signature].join(
        '.',
      )
    },
    'case 19: padding after the signature': () => `${token}=`,
    'case 19: loose bits in the last letter': () => token.slice(0, -1) + nextLetter(token.at(-1)!),
    'case 19: a fourth segment': () => `${token}.x`,
    'case 15: ten thousand letters': () => `${token}${'x'.repeat(10_000)}`,
  }
  test.each(Object.keys(kinds))('%s', async (kind) => {
    const given = kinds[kind]!()
    await get('/api/auth/me', bearer(given)).expect(401)
    expect((await get('/api/auth/me', { Cookie: `usertwo=${given}` })).status).toBe(401)
    await get('/api/auth/me', bearer(token)).expect(200)
  })

  /** Another letter for the same bytes: a 32-byte signature leaves two bits of its last letter unused. */
  function nextLetter(letter: string): string {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    return letters[letters.indexOf(letter) + 1]!
  }
})

test('an invalid token is 401 on routes of the app, and an invalid cookie is cleared', async () => {
  const changed = `${token.slice(0, -3)}AAA`
  const answer = await get('/things', { Cookie: `usertwo=${changed}` }).expect(401)
  expect(answer.body.code).toBe('authentication_required')
  expect(answer.headers['set-cookie']![0]).toMatch(/^usertwo=;/)
  await get('/things', bearer(changed)).expect(401)
  await get('/health', bearer(changed)).expect(200)
})

test('a request without a token acts as the owner on routes of the app', async () => {
  expect((await get('/things').expect(200)).body).toEqual({ app: '/things', user: null })
  await get('/things?access_token=x').expect(200)
})

test('a user who is not the owner gets 503 from routes of the app, and their own account still answers', async () => {
  const other = await login(OTHER)
  const refused = await get('/things', bearer(other.token)).expect(503)
  expect(refused.headers['retry-after']).toBe('3600')
  await get('/api/auth/me', bearer(other.token)).expect(200)
  await get('/health', bearer(other.token)).expect(200)
  await get('/things', bearer(token)).expect(200)
})

test('case 17: two logins of different users in one request are 400, two of one user are that user', async () => {
  const other = await login(OTHER)
  await get('/things', { ...bearer(other.token), Cookie: cookie }).expect(400)
  const again = await login(OWNER)
  await get('/api/auth/me', { ...bearer(again.token), Cookie: cookie }).expect(200)
  await get('/api/auth/me', { ...bearer('nonsense.of.ours'), Cookie: `${cookie}; ${cookie}` }).expect(400)
})

/** As two headers: supertest would join them. */
async function withAuthorization(values: string[]): Promise<number> {
  const server = createServer(one.app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const sent = values.flatMap((value) => ['Authorization', value])
  const headers = ['Host', `127.0.0.1:${port}`, 'Connection', 'close', ...sent]
  const asked = http.get({ host: '127.0.0.1', port, path: '/api/auth/me', headers })
  const [answer] = (await once(asked, 'response')) as [http.IncomingMessage]
  answer.resume()
  server.close()
  return answer.statusCode!
}

test('case 16: two Authorization headers are 400, whichever is valid and whatever the other is', async () => {
  const good = `Bearer ${token}`
  const other = `Bearer ${(await login(OTHER)).token}`
  expect(await withAuthorization([good])).toBe(200)
  for (const second of [good, other, 'Bearer x.y.z', 'Basic b3duZXI6eA==', ''])
    for (const values of [
      [good, second],
      [second, good],
    ])
      expect([values.map((one) => one.slice(0, 12)), await withAuthorization(values)]).toEqual([
        values.map((one) => one.slice(0, 12)),
        400,
      ])
  for (const value of [`${good}, ${other}`, `${good},${good}`, `${good} ${token}`])
    expect(await withAuthorization([value])).toBe(401)
})

test('a cookie whose name only begins like white space is not the login: a sibling host may set that name', async () => {
  const attacker = await login(OTHER)
  for (const space of ['\xa0', '\x85', 'Â\xa0', '\xef\xbb\xbf']) {
    const planted = `${space}${attacker.cookie}`
    // As bytes: a header of Node's client takes latin1.
    const alone = await get('/api/auth/me', { Cookie: planted })
    expect([space, alone.status]).toEqual([space, 401])
    const beside = await get('/api/auth/me', { Cookie: `${cookie}; ${planted}` }).expect(200)
    expect(beside.body.email).toBe(OWNER.email)
  }
  await get('/api/auth/me', { Cookie: `theme=dark;\t ${cookie} \t` }).expect(200)
})

describe('two login cookies', () => {
  const two = { Cookie: 'usertwo=planted; usertwo=mine' }
  const cleared = (headers: Record<string, unknown>) => (headers['set-cookie'] as string[]) ?? []

  test('are refused for a program', async () => {
    for (const path of ['/things', '/api/auth/me']) {
      const answer = await get(path, { ...two, Accept: 'application/json' }).expect(400)
      expect(answer.headers['set-cookie']).toBeUndefined()
    }
  })

  test('of a browser are cleared for every path and domain they may come from', async () => {
    const page = { ...two, Accept: 'text/html', Host: 'pile.app.example.com' }
    const answer = await get('/things/7', page).expect(401)
    const said = cleared(answer.headers).join('\n')
    for (const place of [
      'Path=/;',
      'Path=/things;',
      'Path=/things/7;',
      'Domain=example.com; Path=/things/7/;',
    ])
      expect(said).toContain(place)
    expect(said).not.toContain('Domain=com;')
    await get('/things/7', { Accept: 'text/html' }).expect(200)
  })
})

test('a bad header is refused even next to a valid cookie', async () => {
  await get('/api/auth/me', { ...bearer(`${token.slice(0, -3)}AAA`), Cookie: cookie }).expect(401)
})

test.each(['Bearer  TOKEN', 'Bearer\tTOKEN', 'Bearer TOKEN, Bearer TOKEN', 'Bearer TOKEN x'])(
  'case 16: refuses "%s": it can be read in two ways',
  async (value) => {
    await get('/api/auth/me', { Authorization: value.replaceAll('TOKEN', token) }).expect(401)
  },
)

test('case 18: a token in the URL is ignored', async () => {
  for (const name of ['access_token', 'token', 'authorization'])
    await get(`/api/auth/me?${name}=${token}`).expect(401)
})

test('hides usertwo’s credentials from the app, and leaves the app its own', async () => {
  one.seen.length = 0
  await get('/things', { ...bearer(token), Cookie: `theme=dark; ${cookie}; csrftoken=x` }).expect(200)
  await get('/things', { Authorization: 'Basic YXBwOmtleQ==' }).expect(200)
  await get('/things', { Authorization: 'Bearer app-key-of-its-own' }).expect(200)
  const [first, basic, key] = one.seen
  expect(first!.headers).not.toHaveProperty('authorization')
  expect(first!.headers.cookie).toBe('theme=dark; csrftoken=x')
  expect(JSON.stringify(first)).not.toContain(token)
  expect(JSON.stringify(first)).not.toContain(cookie)
  expect(basic!.headers.authorization).toBe('Basic YXBwOmtleQ==')
  expect(key!.headers.authorization).toBe('Bearer app-key-of-its-own')
})

test('a header of another name carries the token where the configuration says so', async () => {
  const named = await authApp({ url: one.url, config: { auth: { header: 'X-Login' } } })
  try {
    await get(
      '/api/auth/me',
      { 'X-Login': `Bearer ${token}`, Authorization: 'Bearer app-key' },
      named,
    ).expect(200)
    await get('/api/auth/me', bearer(token), named).expect(401)
  } finally {
    await named.dispose()
  }
})

test('case 24: a logout in one process takes effect in the next answer of another', async () => {
  const { token: short } = await login(OWNER)
  await get('/api/auth/me', bearer(short), second).expect(200)
  await request(one.app).post('/api/auth/logout').set(bearer(short)).expect(204)
  await get('/api/auth/me', bearer(short), second).expect(401)
  await get('/things', bearer(short), second).expect(401)
})

test('a disabled user is refused from the next request on, and a former administrator loses the right at once', async () => {
  const other = await login(OTHER)
  await one.db('users').where({ email: OTHER.email }).update({ is_admin: true })
  expect((await get('/api/auth/me', bearer(other.token))).body.roles).toContain('admin')
  await one.db('users').where({ email: OTHER.email }).update({ is_admin: false })
  expect((await get('/api/auth/me', bearer(other.token))).body.roles).toEqual(['user'])
  const who = one.db('users').where({ email: OTHER.email }).select('id')
  await one.db('usertwo.credentials').whereIn('user_id', who).update({ is_active: false })
  await get('/api/auth/me', bearer(other.token)).expect(401)
  await one.db('usertwo.credentials').update({ is_active: true })
})

test('case 114: without a database a request with a login gets 503 and acts neither as anonymous nor as the owner', async () => {
  const broken = await authApp({ url: one.url })
  await broken.db.destroy()
  await get('/things', bearer(token), broken).expect(503)
  await get('/api/auth/me', bearer(token), broken).expect(503)
  await get('/health', bearer(token), broken).expect(200)
  await get('/things', {}, broken).expect(200)
  for (const error of broken.reported) expect(String(error)).not.toContain(token)
})

test('forty simultaneous requests of two users each get their own answer', async () => {
  const other = await login(OTHER)
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) => get('/api/auth/me', bearer(n % 2 ? token : other.token))),
  )
  expect(answers.map(({ body }) => body.email)).toEqual(
    Array.from({ length: 40 }, (_, n) => (n % 2 ? OWNER.email : OTHER.email)),
  )
})

test('of two tokens of one login that are looked up together only the revoked one is refused', async () => {
  const { token: kept } = await login(OWNER)
  const { iat, exp, ...claims } = jwt.decode(kept) as jwt.JwtPayload
  const jti = randomUUID()
  const gone = jwt.sign({ ...claims, iat, exp, jti }, SECRET, { header: { typ: 'at+jwt', alg: 'HS256' } })
  const both = () =>
    Promise.all([kept, gone, kept, gone].map(async (one) => (await get('/api/auth/me', bearer(one))).status))
  expect(await both()).toEqual([200, 200, 200, 200])
  await one
    .db('usertwo.revoked_tokens')
    .insert({ jti, user_id: 1, expires_at: new Date(Date.now() + 60_000) })
  expect(await both()).toEqual([200, 401, 200, 401])
})

test('a login is still found after the type of a selected column changes', async () => {
  await get('/api/auth/me', bearer(token)).expect(200)
  await one.db.raw('alter table users alter column email type varchar(300)')
  await get('/api/auth/me', bearer(token)).expect(200)
})

test('the connection for looking up logins returns to the pool, also after it broke', async () => {
  const own = await authApp({ url: one.url })
  const { pool } = own.db.client as { pool: { numUsed(): number } }
  const asked = async () => (await get('/api/auth/me', bearer(token), own)).status
  expect(await asked()).toBe(200)
  await expect.poll(() => pool.numUsed()).toBe(0)
  const storm = Promise.all(Array.from({ length: 200 }, asked))
  await expect.poll(() => pool.numUsed()).toBeGreaterThan(0)
  await one.db.raw(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and query like '%user_sessions%' and pid <> pg_backend_pid()`,
  )
  for (const status of await storm) expect([200, 503]).toContain(status)
  expect(await asked()).toBe(200)
  await expect.poll(() => pool.numUsed()).toBe(0)
  await own.dispose()
})

test('with every connection taken a login is answered 503 in time, and works again when a connection is free', async () => {
  const busy = await authApp({ url: one.url })
  const { pool } = busy.db.client as { pool: { max: number; acquireTimeoutMillis: number } }
  pool.acquireTimeoutMillis = 300
  const held = await Promise.all(Array.from({ length: pool.max }, () => busy.db.transaction()))
  await get('/api/auth/me', bearer(token), busy).expect(503)
  await request(busy.app).post('/api/auth/login').send(OWNER).expect(503)
  await Promise.all(held.map((trx) => trx.rollback()))
  await get('/api/auth/me', bearer(token), busy).expect(200)
  await busy.dispose()
})
