import { type Item, NotExercised } from '../item.js'
import { contentOf, logInAs, refreshLogin } from '../login.js'

const SEGMENTS = 3

export const tokenClaims: Item = {
  id: 'smoke.token-claims',
  title: 'An access token names its kind, its user, its audience and its expiry',
  proves: ['A3', 'A4', 'A5'],
  fix: 'Look at JWT_ISS, JWT_AUD, ACCESS_TOKEN_MINUTES and JWT_EXPIRES_DAYS of the deployment.',
  async run(smoke, facts) {
    const { people, options } = smoke
    const id = String(await people.idOf(people.a))
    const { access, refresh: next, expiresIn } = await logInAs(smoke, people.a)
    facts.holds(access.split('.').length === SEGMENTS, { what: 'the access token is not a JWT' })
    const { header, claims } = contentOf(access)
    const is = (what: string, expected: unknown, got: unknown) =>
      facts.holds(got === expected, { what, expected: String(expected), got: String(got) })
    is('the kind of the access token (typ)', 'at+jwt', header.typ)
    facts.holds(/^(?:HS|RS|ES)256$/.test(String(header.alg)), {
      what: 'how the token is signed',
      got: String(header.alg),
    })
    is('whose the token is (sub)', id, claims.sub)
    is('who has made the token (iss)', options.variable('JWT_ISS') ?? 'usertwo', claims.iss)
    is('for whom the token is (aud)', options.variable('JWT_AUD') ?? 'usertwo', claims.aud)
    for (const name of ['jti', 'sid'])
      facts.holds(typeof claims[name] === 'string', {
        what: `the token has no ${name}: it cannot be revoked`,
      })
    is(
      'how long the token lives: expires_in, and exp less iat',
      Number(claims.exp) - Number(claims.iat),
      expiresIn,
    )
    const email = people.a.login
    facts.holds(!JSON.stringify(claims).includes(email), { what: 'the token holds an address' })
    if (next !== null) {
      const { header: kind, claims: said } = contentOf(next)
      is('the kind of the refresh token (typ)', 'rt+jwt', kind.typ)
      facts.holds(typeof said.rid === 'string', { what: 'the refresh token has no rid' })
      facts.holds(said.sid === claims.sid, { what: 'the two tokens are of two logins' })
    }
    facts.saw(`typ ${header.typ}, ${header.alg}, ${Math.round(expiresIn / 60)} min`)
  },
}

export const tokenKindsItem: Item = {
  id: 'smoke.token-kinds',
  title: 'No token passes for one of another kind',
  proves: ['A5'],
  fix: 'Another version of usertwo may run in one of the processes; gate 4 says which claim is not verified.',
  async run(smoke, facts) {
    const { site, mount, people, mode } = smoke
    const { access, refresh: next } = await logInAs(smoke, people.a)
    const [, claims] = access.split('.')
    const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${claims}.`
    const me = (token: string) => site.ask('GET', `${mount}/me`, { token })
    facts.expect(await me(none), 401, 'an unsigned token is accepted')
    if (mode.style === 'bearer') {
      facts.saw('TOKEN_STYLE=bearer: there is one kind')
      return
    }
    if (next === null) throw new NotExercised('the login gave no refresh token')
    facts.expect(await me(next), 401, 'a refresh token is taken for an access token')
    facts.expect(await refreshLogin(smoke, access), 401, 'an access token is taken for a refresh token')
    facts.expect(await me(access), 200, 'the access token itself is refused')
    facts.saw('a refresh token as bearer, an access token as refresh token: 401')
  },
}
