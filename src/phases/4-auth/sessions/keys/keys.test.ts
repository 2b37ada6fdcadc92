import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  randomBytes,
} from 'node:crypto'
import jwt from 'jsonwebtoken'
import request from 'supertest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE, SECRET } from '../../../../../test/support/auth-app.js'
import { authParts } from '../parts.js'
import { keysAtStart } from './at-start.js'
import { type Jwk, readKeySet } from './key-set.js'
import { kidOfSecret } from './keys.js'
import { jwkOfSecret, rotated } from './rotate.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const DAY = 86_400
const now = () => Math.floor(Date.now() / 1000)
const apps: AuthApp[] = []

/** A process with these keys, as a start reads them. */
async function processWith(jwks: Jwk[], of?: AuthApp): Promise<AuthApp> {
  const env: Record<string, string> = jwks.length > 0 ? { JWT_KEYS: JSON.stringify({ keys: jwks }) } : {}
  const one = await authApp({ env, ...(of && { url: of.url }) })
  apps.push(one)
  if (jwks.length > 0) Object.assign(authParts(one.kit), keysAtStart(one.kit))
  return one
}
async function logIn({ app }: AuthApp): Promise<string> {
  return (await request(app).post('/api/auth/login').send(OWNER).expect(200)).body.access_token
}
const me = ({ app }: AuthApp, token: string) =>
  request(app)
    .get('/api/auth/me')
    .set('Authorization', `Bearer ${token}`)
    .then(({ status }) => status)
const headOf = (token: string) => jwt.decode(token, { complete: true })!.header

let plain: AuthApp
beforeEach(async () => {
  plain = await processWith([])
  await request(plain.app)
    .post('/api/auth/register')
    .send({ ...OWNER, claim_code: CODE })
    .expect(202)
})
afterEach(async () => {
  for (const one of apps.splice(0)) await one.dispose()
})

const turn = (jwks: Jwk[], algorithm: 'HS256' | 'RS256' | 'ES256' = 'ES256', at = now(), after = 600) =>
  rotated(jwks, { algorithm, now: at, after, days: 30 })

test('case 21: no login is lost by a rotation, the new key signs from its start, and an old one ends', async () => {
  const before = await logIn(plain)
  expect(headOf(before)).toMatchObject({ alg: 'HS256', kid: kidOfSecret(SECRET) })
  const set = turn([jwkOfSecret(SECRET)])
  const one = await processWith(set, plain)
  expect(await me(one, before)).toBe(200)
  // A process without the new key still accepts what is signed in the meantime.
  const meanwhile = await logIn(one)
  expect(headOf(meanwhile).kid).toBe(kidOfSecret(SECRET))
  expect(await me(plain, meanwhile)).toBe(200)
  one.clock.move(601)
  const after = await logIn(one)
  expect(headOf(after)).toMatchObject({ alg: 'ES256', kid: set[0]!.kid })
  expect([await me(one, before), await me(one, after)]).toEqual([200, 200])
  expect(await me(plain, after)).toBe(401)
})

test('case 21: a token is refused once its key has ended, even if it was accepted before', async () => {
  const one = await processWith([{ ...jwkOfSecret(SECRET), exp: now() + 60 }, turn([])[0]!], plain)
  const old = await logIn(plain)
  expect(await me(one, old)).toBe(200)
  one.clock.move(61)
  expect(await me(one, old)).toBe(401)
  expect(await me(one, await logIn(one))).toBe(200)
})

test.each(['HS256', 'RS256', 'ES256'] as const)(
  'a login signed by %s is accepted, and its key is either public or not published',
  async (algorithm) => {
    const [key] = turn([], algorithm) as [Jwk]
    const one = await processWith([key], plain)
    const token = await logIn(one)
    expect(headOf(token)).toEqual({ typ: 'at+jwt', alg: algorithm, kid: key.kid })
    expect(await me(one, token)).toBe(200)
    const answer = await request(one.app).get('/api/auth/jwks.json')
    // A path that usertwo does not serve is the app's.
    if (algorithm === 'HS256') return expect(answer.body).toEqual({ app: '/api/auth/jwks.json', user: null })
    expect(answer.body.keys).toHaveLength(1)
    const [shown] = answer.body.keys
    expect(
      Object.keys(shown).filter((name) => ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].includes(name)),
    ).toEqual([])
    const shownKey = createPublicKey({ key: shown, format: 'jwk' })
    const { modulusLength, namedCurve } = shownKey.asymmetricKeyDetails!
    expect([modulusLength, namedCurve]).toEqual(
      algorithm === 'RS256' ? [3072, undefined] : [undefined, 'prime256v1'],
    )
    jwt.verify(token, shownKey, { algorithms: [algorithm] })
  },
)

test('cases 2 to 7: a token is accepted with the key it names and that key’s algorithm, and with no other', async () => {
  const [rsa] = turn([], 'RS256') as [Jwk]
  const [hmac] = turn([], 'HS256') as [Jwk]
  const one = await processWith([rsa, hmac], plain)
  const token = await logIn(one)
  const claims = jwt.decode(token) as jwt.JwtPayload
  const secret = Buffer.from(String(hmac.k), 'base64url')
  const sign = (header: object, key: jwt.Secret = secret, algorithm: jwt.Algorithm = 'HS256') =>
    jwt.sign(claims, key, { algorithm, header: { typ: 'at+jwt', alg: algorithm, ...header } })
  const rsaPrivate = createPrivateKey({ key: rsa as JsonWebKey, format: 'jwk' })
  const pem = createPublicKey({ key: rsa as JsonWebKey, format: 'jwk' }).export({
    type: 'spki',
    format: 'pem',
  })
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const forged = {
    'the public key as a secret': sign({ kid: rsa.kid }, pem),
    'the public key as the secret’s': sign({ kid: hmac.kid }, pem),
    'another algorithm of the same key': sign({ kid: hmac.kid }, secret, 'HS512'),
    'the name of the other key': sign({ kid: rsa.kid }),
    // Each key signs once, so that a fallback to any of them is found.
    'an unknown name': sign({ kid: 'x' }),
    'an unknown name, by the first key': sign({ kid: 'x' }, rsaPrivate, 'RS256'),
    'no name': sign({}),
    'no name, by the first key': sign({}, rsaPrivate, 'RS256'),
    'a number': sign({ kid: 1 }),
    'a list': sign({ kid: [hmac.kid] }),
    'a name every object has': sign({ kid: 'constructor' }),
    'a path': sign({ kid: '../../dev/null' }),
    'a key in the header': sign(
      { kid: rsa.kid, jwk: createPublicKey(other).export({ format: 'jwk' }) },
      other,
      'RS256',
    ),
    'a critical extension': sign({ kid: hmac.kid, crit: ['b64'] }),
  }
  expect(await me(one, sign({ kid: hmac.kid }))).toBe(200)
  expect(await me(one, sign({ kid: rsa.kid }, rsaPrivate, 'RS256'))).toBe(200)
  for (const [what, made] of Object.entries(forged)) expect([what, await me(one, made)]).toEqual([what, 401])
})

test('no token is accepted before the keys are read', async () => {
  const one = await processWith(turn([]), plain)
  const token = await logIn(one)
  authParts(one.kit).keys = null
  expect(await me(one, token)).toBe(401)
  expect(await me(one, await logIn(plain))).toBe(401)
})

test('an error about a key set contains none of its secrets', () => {
  const problems = (text: string) => {
    try {
      readKeySet(text)
    } catch (error) {
      return (error as Error).message
    }
    return expect.unreachable()
  }
  const [rsa] = turn([], 'RS256') as [Jwk]
  const [hmac] = turn([], 'HS256') as [Jwk]
  const short = { ...hmac, k: randomBytes(16).toString('base64url') }
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'jwk' })
  const of = (...keys: object[]) => problems(JSON.stringify({ keys }))
  expect(problems('{')).toContain('no JSON')
  expect(of()).toContain('at least one key')
  expect(of({ ...hmac, alg: 'HS512' })).toContain('keys.0.alg')
  expect(of({ ...hmac, kid: '../x' })).toContain('keys.0.kid')
  expect(of({ ...rsa, alg: 'HS256' })).toContain('takes a key of kty oct')
  expect(of({ ...turn([])[0], x: 'AAAA' })).toContain('no EC key in the form of RFC 7518')
  expect(of(short)).toContain('16 bytes; at least 32')
  expect(of({ ...weak, kid: 'a', alg: 'RS256' })).toContain('1024 bits; at least 2048')
  expect(of(hmac, { ...rsa, kid: hmac.kid })).toContain('two keys are called')
  for (const said of [of(short), of({ ...rsa, alg: 'HS256' })])
    expect([said.includes(String(short.k)), said.includes(String(rsa.d))]).toEqual([false, false])
})

test('a rotation keeps every key as long as a token signed with it can live, and no longer', () => {
  const at = now()
  const first = turn([], 'HS256', at)
  expect(first).toHaveLength(1)
  expect(first[0]!.nbf).toBe(at)
  const second = turn(first, 'ES256', at + DAY)
  expect(second.map(({ exp }) => exp)).toEqual([undefined, at + DAY + 600 + 30 * DAY])
  const third = turn(second, 'ES256', at + 10 * DAY)
  expect(third).toHaveLength(3)
  expect(turn(third, 'ES256', at + 40 * DAY)).toHaveLength(3)
})
