/** One call of the auth API, and the form that does the same. Pure data: pages, gates, docs and the client read it. */
export interface Endpoint {
  method: 'GET' | 'POST' | 'DELETE'
  /** below `auth.mount` */
  path: `/${string}`
  /** name of its limit: five a minute for an address, 30 of `passkey` and 60 of `oauth`, API and form together */
  limit?: 'register' | 'forgot' | 'reset' | 'verify' | 'resend' | 'passkey' | 'askLink' | 'useLink' | 'oauth'
  /** the feature with which the call exists */
  only?: ExistsWith
  /** about an e-mail address: 404 in API and pages where users log in by a user name */
  isAboutAddress?: true
  /** the token of a one-time link is the proof: no CSRF token is needed */
  byLink?: true
  /** the answer may be stored */
  isCacheable?: true
  form?: Form
}

/**
 * What a call or form exists with: mail, refresh tokens, refresh tokens in a cookie and pages, keys with a public part,
 * AUTH_ENABLE_TOTP, AUTH_ENABLE_PASSKEYS, AUTH_ENABLE_MAGIC_LINK and mail, AUTH_ENABLE_OAUTH, PRIVACY_DASHBOARD from phase 6,
 * routes of `auth.stepUp`.
 */
export type ExistsWith =
  | 'mail'
  | 'refresh'
  | 'continuing'
  | 'publicKeys'
  | 'totp'
  | 'passkeys'
  | 'magicLink'
  | 'oauth'
  | 'privacy'
  | 'stepUp'

export interface Form {
  /** below `auth.pages`; a form is always sent with POST */
  path: `/${string}`
  /** the page that shows it, below `auth.pages` */
  page: `/${string}`
  only?: ExistsWith
  byLink?: true
}

/** A call of the second factor, and its form. */
const totp = <Path extends `/${string}`>(path: Path, form: `/${string}`, page: `/${string}` = '/factor') =>
  ({ method: 'POST', path, only: 'totp', form: { path: form, page, only: 'totp' } }) as const

/** A call of the privacy page, and its form. */
const privacy = <Method extends Endpoint['method'], Path extends `/${string}`>(
  method: Method,
  path: Path,
  form: `/${string}`,
) => ({ method, path, only: 'privacy', form: { path: form, page: '/privacy', only: 'privacy' } }) as const

/** A call about passkeys, and its form. */
const passkeys = <Method extends Endpoint['method'], Path extends `/${string}`>(
  method: Method,
  path: Path,
  form: `/${string}`,
  page: `/${string}` = '/passkeys',
) => ({ method, path, only: 'passkeys', form: { path: form, page, only: 'passkeys' } }) as const

const table = {
  register: {
    method: 'POST',
    path: '/register',
    limit: 'register',
    form: { path: '/register', page: '/register' },
  },
  login: { method: 'POST', path: '/login', form: { path: '/login', page: '/login' } },
  askLoginLink: {
    method: 'POST',
    path: '/login/link',
    limit: 'askLink',
    only: 'magicLink',
    isAboutAddress: true,
    form: { path: '/login/link', page: '/login/link', only: 'magicLink' },
  },
  useLoginLink: {
    method: 'POST',
    path: '/login/link/confirm',
    limit: 'useLink',
    only: 'magicLink',
    isAboutAddress: true,
    byLink: true,
    form: { path: '/login/link/confirm', page: '/login/link', only: 'magicLink', byLink: true },
  },
  refresh: { method: 'POST', path: '/refresh', only: 'refresh' },
  continue: { method: 'GET', path: '/continue', only: 'continuing' },
  verify: {
    method: 'POST',
    path: '/verify-email',
    limit: 'verify',
    isAboutAddress: true,
    byLink: true,
    form: { path: '/verify', page: '/verify', only: 'mail', byLink: true },
  },
  resend: {
    method: 'POST',
    path: '/verify-email/resend',
    limit: 'resend',
    only: 'mail',
    isAboutAddress: true,
    form: { path: '/verify/resend', page: '/verify', only: 'mail' },
  },
  changeEmail: {
    method: 'POST',
    path: '/email/change',
    limit: 'resend',
    only: 'mail',
    isAboutAddress: true,
    form: { path: '/email/change', page: '/email', only: 'mail' },
  },
  confirmEmail: {
    method: 'POST',
    path: '/email/confirm',
    limit: 'verify',
    isAboutAddress: true,
    form: { path: '/email', page: '/email', only: 'mail', byLink: true },
  },
  logout: { method: 'POST', path: '/logout', form: { path: '/logout', page: '/logout' } },
  forgot: {
    method: 'POST',
    path: '/password/forgot',
    limit: 'forgot',
    only: 'mail',
    isAboutAddress: true,
    form: { path: '/forgot', page: '/forgot', only: 'mail' },
  },
  reset: {
    method: 'POST',
    path: '/password/reset',
    limit: 'reset',
    byLink: true,
    form: { path: '/reset', page: '/reset', byLink: true },
  },
  changePassword: {
    method: 'POST',
    path: '/password/change',
    form: { path: '/account/password', page: '/account' },
  },
  reauth: {
    method: 'POST',
    path: '/reauth',
    form: { path: '/confirm', page: '/confirm', only: 'stepUp' },
  },
  enrolTotp: totp('/totp/enrol', '/factor/enrol'),
  confirmTotp: totp('/totp/confirm', '/factor/confirm'),
  verifyTotp: totp('/totp/verify', '/login/code', '/login'),
  renewRecoveryCodes: totp('/totp/recovery-codes', '/factor/recovery-codes'),
  removeTotp: totp('/totp/remove', '/factor/remove'),
  storedAboutMe: { method: 'GET', path: '/privacy', only: 'privacy' },
  exportMine: privacy('POST', '/privacy/export', '/privacy/export'),
  deleteAccount: privacy('POST', '/privacy/deletion', '/privacy/delete'),
  keepAccount: privacy('DELETE', '/privacy/deletion', '/privacy/keep'),
  beginPasskey: passkeys('POST', '/webauthn/register/options', '/passkeys/add'),
  addPasskey: passkeys('POST', '/webauthn/register/verify', '/passkeys/verify'),
  passkeyChallenge: {
    method: 'POST',
    path: '/webauthn/authenticate/options',
    limit: 'passkey',
    only: 'passkeys',
  },
  loginByPasskey: passkeys('POST', '/webauthn/authenticate/verify', '/login/passkey', '/login'),
  listPasskeys: { method: 'GET', path: '/webauthn/credentials', only: 'passkeys' },
  renamePasskey: passkeys('POST', '/webauthn/credentials/:id', '/passkeys/rename'),
  removePasskey: passkeys('DELETE', '/webauthn/credentials/:id', '/passkeys/remove'),
  providerAvailable: { method: 'GET', path: '/oauth/:provider/available', only: 'oauth' },
  connectProvider: {
    method: 'POST',
    path: '/oauth/:provider/connect',
    limit: 'oauth',
    only: 'oauth',
    form: { path: '/oauth/connect', page: '/login', only: 'oauth' },
  },
  linkProvider: {
    method: 'POST',
    path: '/oauth/:provider/link',
    limit: 'oauth',
    only: 'oauth',
    form: { path: '/account/link', page: '/account', only: 'oauth' },
  },
  providerCallback: { method: 'GET', path: '/oauth/:provider/callback', only: 'oauth' },
  listIdentities: { method: 'GET', path: '/oauth/identities', only: 'oauth' },
  unlinkProvider: {
    method: 'DELETE',
    path: '/oauth/identities/:id',
    only: 'oauth',
    form: { path: '/account/unlink', page: '/account', only: 'oauth' },
  },
  invite: { method: 'POST', path: '/invites', form: { path: '/admin/invite', page: '/admin' } },
  me: { method: 'GET', path: '/me' },
  csrf: { method: 'GET', path: '/csrf' },
  config: { method: 'GET', path: '/config' },
  clientScript: { method: 'GET', path: '/client.js', isCacheable: true },
  publicKeys: { method: 'GET', path: '/jwks.json', only: 'publicKeys', isCacheable: true },
  listSessions: { method: 'GET', path: '/sessions' },
  endOtherSessions: {
    method: 'DELETE',
    path: '/sessions',
    form: { path: '/sessions/end-others', page: '/sessions' },
  },
  endSession: {
    method: 'DELETE',
    path: '/sessions/:id',
    form: { path: '/sessions/end', page: '/sessions' },
  },
} as const satisfies Record<string, Endpoint>

export type EndpointName = keyof typeof table
/** The endpoints for which a page has a form. */
export type FormName = {
  [Name in EndpointName]: (typeof table)[Name] extends { form: Form } ? Name : never
}[EndpointName]
/** Method and path of a call, such as `POST /login`. */
export type ApiCall = {
  [Name in EndpointName]: `${(typeof table)[Name]['method']} ${(typeof table)[Name]['path']}`
}[EndpointName]

/** The auth API, in the order of docs/reference/http-api.md. */
export const ENDPOINTS: Readonly<Record<EndpointName, Endpoint>> &
  Readonly<Record<FormName, { form: Form }>> = table

/** All of them, as a list. */
export const endpoints: readonly Endpoint[] = Object.values(ENDPOINTS)
