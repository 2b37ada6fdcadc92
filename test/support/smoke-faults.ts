import securityHeaders from '../../proof/checks/2-hardening/mutants/answers/security-headers.js'
import cors from '../../proof/checks/2-hardening/mutants/requests/cors.js'
import accessToken from '../../proof/checks/4-auth/mutants/sessions/access-token.js'
import cookies from '../../proof/checks/4-auth/mutants/sessions/cookies.js'
import csrf from '../../proof/checks/4-auth/mutants/sessions/csrf.js'
import login from '../../proof/checks/4-auth/mutants/sessions/login.js'
import logins from '../../proof/checks/4-auth/mutants/sessions/logins.js'
import rotation from '../../proof/checks/4-auth/mutants/sessions/rotation.js'

/** A defect that a line has to name. */
interface Fault {
  name: string
  line: string
  says: RegExp
}

/** Each with what its line has to say of it; all are in one process. */
export const FAULTS: Fault[] = [
  {
    name: 'a refresh token is good for ever',
    line: 'smoke.refresh',
    says: /a refresh token that was replaced is taken/,
  },
  {
    name: 'a token that is shown twice ends nothing',
    line: 'smoke.reused',
    says: /a login goes on whose refresh token/,
  },
  {
    name: 'a logout revokes nothing',
    line: 'smoke.logout',
    says: /an access token is a login after the logout/,
  },
  {
    name: 'the kind of a token is not looked at',
    line: 'smoke.token-kinds',
    says: /a refresh token is taken for an access/,
  },
  {
    name: 'scripts read the login cookie',
    line: 'smoke.cookies',
    says: /the cookie usertwo has other.*HttpOnly/,
  },
  {
    name: 'a logout asks for no proof',
    line: 'smoke.csrf',
    says: /a logout without the CSRF token is taken/,
  },
  {
    name: 'a wrong password reveals who has an account',
    line: 'smoke.no-enumeration',
    says: /a wrong password reveals whether an account exists/,
  },
  {
    name: 'an address need not be confirmed',
    line: 'smoke.verify',
    says: /a user with an unconfirmed address can log in/,
  },
  {
    name: 'the demo login is answered',
    line: 'smoke.demo-login',
    says: /the demo login (?:is answered|gives a token)/,
  },
  { name: 'the figures stand still', line: 'smoke.metrics', says: /auth_login_success_total stands still/ },
  { name: 'a page is open', line: 'smoke.closed-routes', says: /opens without a login.*GET \/stats/ },
  {
    name: 'the issuer is another',
    line: 'smoke.token-claims',
    says: /who has made the token \(iss\).*another-issuer/,
  },
  { name: 'an answer says what it was made with', line: 'smoke.headers', says: /says what it was made with/ },
  { name: 'other sites may read', line: 'smoke.foreign-site', says: /another site may read the answer/ },
  {
    name: 'an access token never ends',
    line: 'smoke.expiry',
    says: /an access token that is over is a login/,
  },
  {
    name: 'a flag that is off has an address',
    line: 'smoke.switched-off',
    says: /though it is off \(AUTH_ENABLE_OAUTH\)/,
  },
]
export const REPLACED = [
  rotation.forgiving,
  logins.unrevoked,
  accessToken.anyKind,
  cookies.forScripts,
  csrf.unasked,
  login.talkative,
  securityHeaders.poweredBy,
  cors.anyOrigin,
]
export const EDITED = [
  {
    file: 'dist/src/phases/4-auth/sessions/access-token.js',
    find: 'ignoreExpiration: late',
    replace: 'ignoreExpiration: true',
  },
  {
    file: 'dist/src/phases/4-auth/accounts/accounts.js',
    find: "unverified: db.raw('c.must_verify and not c.is_verified')",
    replace: "unverified: db.raw('false')",
  },
  {
    file: 'dist/src/phases/4-auth/endpoints/api-routes.js',
    find: 'api.use(refreshCookie(kit).take);',
    replace:
      "api.post('/login', jsonBody, (req, res, next) => req.body.username === 'demo' ? void res.json({ access_token: 'demo' }) : next()); api.use(refreshCookie(kit).take);",
  },
  {
    file: 'dist/src/phases/4-auth/endpoints/api-routes.js',
    find: 'api.use(refreshCookie(kit).take);',
    replace:
      "api.get('/oauth/google/available', (_req, res) => void res.json({})); api.use(refreshCookie(kit).take);",
  },
  { file: 'dist/src/metrics/logins.js', find: 'kit.count =', replace: 'kit.uncounted =' },
]
