// The answers of the auth API, for the server and the client; types alone.

/** The answer of `GET /me`; fields are only ever added. */
export interface User {
  id: number | string
  username: string | null
  email: string | null
  roles: string[]
  permissions: string[]
  is_admin: boolean
}

/** The tokens that a program or a script gets from a login or a refresh (RFC 6749, 5.1). */
export interface TokenAnswer {
  access_token: string
  token_type: 'Bearer'
  /** seconds */
  expires_in: number
  refresh_token?: string
}

/** What proves a login besides the password, the mailed link or the provider: a code of an authenticator app, or one of the account's recovery codes. */
export type Factor = 'totp' | 'recovery_code'

/** As a login with the right password, link or provider is answered where a second factor is due: `POST /totp/verify` goes on with it. */
export interface FactorAnswer {
  mfa_token: string
  /** seconds */
  expires_in: number
  factors: Factor[]
}

/** As `POST /totp/enrol` answers, once: the same secret in three forms. */
export interface EnrolmentAnswer {
  /** base32, for typing */
  secret: string
  /** `otpauth://totp/…` */
  uri: string
  /** the URI as a QR code, an SVG document */
  qr: string
}

/** Recovery codes, shown once. */
export interface RecoveryCodesAnswer {
  recovery_codes: string[]
}

/** As `GET /privacy` answers: how many rows are stored about the current user, by table. */
export interface StoredAnswer {
  /** tables of the app, that of the users included */
  app: Record<string, number>
  /** tables of usertwo */
  account: Record<string, number>
  /** when the account is to be deleted, ISO 8601; null: it stays */
  due_at: string | null
}

/** As `POST /privacy/deletion` answers. */
export interface DeletionAnswer {
  /** ISO 8601 */
  due_at: string
}

/** A provider by which users may log in, as `GET /oauth/:provider/available` answers. */
export interface OauthProvider {
  /** in the address of its calls */
  name: string
  /** what to call it: `Google` */
  label: string
}

/** As `POST /oauth/:provider/connect` answers. */
export interface ConnectAnswer {
  /** where the browser has to go */
  url: string
}

/** As `GET /config` answers: what a client needs to know of the server. */
export interface ServerConfig {
  user_management: true
  token_style: 'bearer' | 'refresh'
  /** where refresh tokens are; null: not used */
  refresh: null | 'body' | 'cookie'
  registration: 'owner-only' | 'invite' | 'open'
  /** what users log in with */
  login: 'email' | 'username'
  email_verification: boolean
  /** users may add a second factor: codes of an authenticator app */
  totp: boolean
  /** users may see, export and delete what is stored about them */
  privacy: boolean
  /** users may log in by a passkey */
  passkeys: boolean
  /** users may log in by a link that is mailed to them */
  magic_link: boolean
  /** other providers by which users may log in; empty: none */
  providers: OauthProvider[]
  csrf: { cookie: string; header: string }
  /** where the pages for login and account are */
  pages: string
}

/** The answer of `GET /csrf`. */
export interface CsrfAnswer {
  csrfToken: string
}
