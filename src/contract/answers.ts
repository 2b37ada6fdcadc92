// What the auth API answers, for the server and the client; types alone.

/** As `GET /me` answers; fields are only ever added. */
export interface User {
  id: number | string
  username: string | null
  email: string | null
  roles: string[]
  permissions: string[]
  is_admin: boolean
}

/** What a program or a script is given of its login (RFC 6749, 5.1), by a login and by a refresh. */
export interface TokenAnswer {
  access_token: string
  token_type: 'Bearer'
  /** seconds */
  expires_in: number
  refresh_token?: string
}

/** As `GET /config` answers: what a client needs to know of the server. */
export interface ServerConfig {
  user_management: true
  token_style: 'bearer' | 'refresh'
  /** where refresh tokens are; null: there are none */
  refresh: null | 'body' | 'cookie'
  registration: 'owner-only' | 'invite' | 'open'
  /** what people log in with */
  login: 'email' | 'username'
  email_verification: boolean
  csrf: { cookie: string; header: string }
  /** where the pages for login and account are */
  pages: string
}

/** As `GET /csrf` answers. */
export interface CsrfAnswer {
  csrfToken: string
}
