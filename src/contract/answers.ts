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

/** The answer of `GET /config`: what a client needs to know of the server. */
export interface ServerConfig {
  user_management: true
  token_style: 'bearer' | 'refresh'
  /** where refresh tokens are; null: not used */
  refresh: null | 'body' | 'cookie'
  registration: 'owner-only' | 'invite' | 'open'
  /** what users log in with */
  login: 'email' | 'username'
  email_verification: boolean
  csrf: { cookie: string; header: string }
  /** where the pages for login and account are */
  pages: string
}

/** The answer of `GET /csrf`. */
export interface CsrfAnswer {
  csrfToken: string
}
