import type { Config } from '../../../src/config/config.js'
import { sentPath } from '../../../src/express/path.js'
import type { Answer } from '../app/http.js'
import { jsonIn } from '../json.js'
import { CookieJar } from './cookie-jar.js'

/** The part of the configuration that says where a login is held. */
type Auth = Pick<Config['auth'], 'header' | 'proxy'> & {
  login?: { post: string; token?: string | undefined; bearer?: boolean } | undefined
  register?: { post: string } | undefined
}

/** Where a recorded answer held a token of the app's own login. */
const TOKEN = '(token)'

/** What one client holds of a login of the app: its cookies, and the token that the login answered with. */
export class HeldCredentials {
  readonly #jar = new CookieJar()
  #token: string | undefined

  constructor(readonly auth: Auth) {}

  /** Keeps what an answer gives. @param path of the request */
  take(path: string, answer: Pick<Answer, 'headers' | 'body'>): void {
    this.#jar.take(answer.headers['set-cookie'])
    this.#token = tokenIn(this.auth, path, answer.body) ?? this.#token
  }

  /** the headers with which the client sends the login; empty: it holds none */
  get headers(): Record<string, string> {
    const { header: cookie } = this.#jar
    const token = this.auth.login?.bearer === false ? this.#token : `Bearer ${this.#token}`
    return {
      ...(cookie !== undefined && { cookie }),
      ...(this.#token !== undefined && { [this.auth.header]: token }),
    }
  }
}

/** The names of the headers with which clients send a login of the app, or its proxy the user. */
export const loginHeaders = ({ header, login, proxy }: Auth): string[] => [
  'cookie',
  ...(login?.token ? [header] : []),
  ...(proxy ? [proxy.header, ...proxy.more] : []),
]

/** The token in an answer of the app's login or registration; undefined: it has none. */
export function tokenIn({ login, register }: Auth, path: string, body: string): string | undefined {
  if (!login?.token || ![login.post, register?.post].includes(sentPath(path))) return undefined
  const found = login.token.split('.').reduce<unknown>(memberOf, jsonIn(body))
  return typeof found === 'string' && found !== '' ? found : undefined
}

/** The body of an answer as a recording stores it, without the token. */
export function withoutToken(auth: Auth, path: string, body: string): string {
  const token = tokenIn(auth, path, body)
  return token === undefined ? body : body.replaceAll(token, TOKEN)
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined
