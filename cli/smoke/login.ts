import type { SmokePerson } from './people.js'
import type { Said, SiteAnswer } from './site.js'
import type { Smoke } from './smoke.js'

/** What a login consists of, in whichever style. */
export interface Login {
  heard: SiteAnswer
  access: string
  /** null: this style has none */
  refresh: string | null
  expiresIn: number
  /** `name=value` of the cookies it has set, by name */
  cookies: Map<string, string>
}

/** One `Set-Cookie`, taken apart. */
export interface SetCookie {
  name: string
  value: string
  /** `HttpOnly`, `Path=/`, … */
  attributes: string[]
}

export function setCookiesOf({ cookies }: SiteAnswer): SetCookie[] {
  return cookies.map((line) => {
    const [pair = '', ...attributes] = line.split(/;\s*/)
    const at = pair.indexOf('=')
    return { name: pair.slice(0, at), value: pair.slice(at + 1), attributes }
  })
}

export const attribute = ({ attributes }: SetCookie, name: string): string | undefined =>
  attributes.find((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}=`))?.slice(name.length + 1)
export const has = ({ attributes }: SetCookie, name: string): boolean =>
  attributes.some((one) => one.toLowerCase() === name.toLowerCase())

/** The cookie of the refresh token: by where it goes, whatever it is called. */
export const isRefreshCookie = (cookie: SetCookie, place: string): boolean =>
  attribute(cookie, 'Path') === place && !/device/.test(cookie.name)

export const isLoginCookie = ({ name }: { name: string }) => /^(?:__Host-|__Secure-)?usertwo$/.test(name)

/** A login as an answer of login or refresh gives it; null: it gives none. */
export function loginIn(heard: SiteAnswer, { site, mount }: Pick<Smoke, 'site' | 'mount'>): Login | null {
  const { access_token, refresh_token, expires_in } = (heard.json ?? {}) as Record<string, unknown>
  if (heard.status !== 200 || typeof access_token !== 'string') return null
  const set = setCookiesOf(heard)
  const inCookie = set.find((one) => isRefreshCookie(one, site.root + mount))?.value
  return {
    heard,
    access: access_token,
    refresh: typeof refresh_token === 'string' ? refresh_token : (inCookie ?? null),
    expiresIn: Number(expires_in),
    cookies: new Map(set.map(({ name, value }) => [name, `${name}=${value}`])),
  }
}

/** @throws if the login fails, because later items depend on it */
export async function logInAs(smoke: Smoke, person: SmokePerson, more: object = {}): Promise<Login> {
  const { site, people, mount } = smoke
  const body = { ...people.credentials(person), ...more }
  const heard = await site.ask('POST', `${mount}/login`, { body })
  const login = loginIn(heard, smoke)
  if (!login) throw new Error(`the login failed: POST ${mount}/login answered ${heard.status}`)
  const cookie = setCookiesOf(heard).find(isLoginCookie)
  if (cookie) smoke.loginCookies.set(contentOf(login.access).claims.sid, `${cookie.name}=${cookie.value}`)
  return login
}

/** Asks for the next tokens, as the style of the deployment has it. */
export function refreshLogin(smoke: Smoke, token: string, more: Said = {}): Promise<SiteAnswer> {
  const { site, mount, mode, refreshCookie, loginCookies } = smoke
  const login = loginCookies.get(contentOf(token).claims.sid)
  const cookie = [login, `${refreshCookie}=${token}`].filter(Boolean).join('; ')
  const said: Said =
    mode.refresh === 'cookie'
      ? { cookie, headers: { origin: site.origin } }
      : { body: { refresh_token: token } }
  return site.ask('POST', `${mount}/refresh`, {
    ...said,
    ...more,
    headers: { ...said.headers, ...more.headers },
  })
}

/** What a token says of itself, without a look at its signature. */
export function contentOf(token: string): {
  header: Record<string, unknown>
  claims: Record<string, unknown>
} {
  const [header, claims] = token.split('.').map((part) => {
    try {
      return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>
    } catch {
      return {}
    }
  })
  return { header: header ?? {}, claims: claims ?? {} }
}
