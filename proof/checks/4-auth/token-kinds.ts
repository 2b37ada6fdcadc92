import { randomBytes } from 'node:crypto'
import jwt from 'jsonwebtoken'
import type { Check } from '../../gate/check.js'
import { bearer, claimOwner, logIn, Questions } from './gate-login.js'
import accessToken from './mutants/sessions/access-token.js'
import lookUp from './mutants/sessions/look-up.js'

type Forge = (claims: jwt.JwtPayload, token: string, secret: string) => string

const sign = (claims: object, secret: string, header: object = {}, algorithm: jwt.Algorithm = 'HS256') =>
  jwt.sign(claims, secret, {
    algorithm,
    header: { typ: 'at+jwt', alg: algorithm, ...header },
  })
const without = (claims: jwt.JwtPayload, name: string) =>
  Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name))

/** Every one must be refused. All except the last three are signed with the right secret, or not at all. */
const FORGED: Record<string, Forge> = {
  'no signature (alg none)': (_claims, token) => {
    const head = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')
    return `${head}.${token.split('.')[1]}.`
  },
  'another algorithm': (claims, _token, secret) => sign(claims, secret, {}, 'HS512'),
  'another kind of token (typ)': (claims, _token, secret) => sign(claims, secret, { typ: 'refresh+jwt' }),
  'another audience': (claims, _token, secret) => sign({ ...claims, aud: 'another' }, secret),
  'another issuer': (claims, _token, secret) => sign({ ...claims, iss: 'another' }, secret),
  'an expiry in the past': (claims, _token, secret) =>
    sign({ ...claims, iat: claims.iat! - 7200, exp: claims.iat! - 3600 }, secret),
  'no expiry': (claims, _token, secret) => sign(without(claims, 'exp'), secret),
  'no id to revoke it by': (claims, _token, secret) => sign(without(claims, 'jti'), secret),
  'no session': (claims, _token, secret) => sign(without(claims, 'sid'), secret),
  'another user’s id': (claims, _token, secret) => sign({ ...claims, sub: `${claims.sub}0` }, secret),
  'a zero before the id': (claims, _token, secret) => sign({ ...claims, sub: `0${claims.sub}` }, secret),
  'another secret': (claims, _token, secret) => sign(claims, `${secret}x`),
  'a changed letter': (_claims, token) => {
    const at = token.indexOf('.') + 10
    return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
  },
  'a letter more': (_claims, token) => `${token}=`,
}

export const tokenKinds: Check = {
  id: 'auth.token-kinds',
  title: 'Only a valid access token of this app is accepted; every other kind is refused',
  proves: ['A5'],
  ofUsertwosLogin: true,
  fix: 'The evidence names the property that is not verified: signature, algorithm, kind, audience, issuer, time, id or subject.',
  async run(gate) {
    const secret = randomBytes(32).toString('hex')
    const target = await gate.app({ env: { JWT_SECRET: secret } })
    const ask = new Questions(target)
    const path = `${gate.config.auth.mount}/me`
    const { token } = await logIn(gate, target, await claimOwner(gate, target))
    const claims = jwt.decode(token) as jwt.JwtPayload
    const good = sign(claims, secret)
    await ask.expect('a token made the same way is refused', 200, 'GET', path, {
      headers: bearer(gate, good),
    })
    for (const [what, forge] of Object.entries(FORGED)) {
      const headers = bearer(gate, forge(claims, token, secret))
      await ask.expect(`a token with ${what} was accepted`, 401, 'GET', path, { headers })
    }
    return { exercised: ask.exercised, unit: 'tokens', problems: ask.problems }
  },
  mutants: [
    {
      name: 'the kind is not verified',
      names: 'another kind of token (typ) was accepted',
      by: { replace: [accessToken.anyKind] },
    },
    {
      name: 'the audience is not verified',
      names: 'another audience was accepted',
      by: { replace: [accessToken.anyAudience] },
    },
    {
      name: 'any HMAC will do',
      names: 'another algorithm was accepted',
      by: { replace: [accessToken.anyHmac] },
    },
    {
      name: 'a token of one user may name another',
      names: 'another user’s id was accepted',
      by: { replace: [lookUp.anySubject] },
    },
  ],
}
