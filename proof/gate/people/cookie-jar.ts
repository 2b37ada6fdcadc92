import type { Ask } from '../app/http.js'
import type { Visitor } from '../gate.js'

/** The app's own cookies, as one browser stores them. */
export class CookieJar {
  readonly #kept = new Map<string, string>()

  /** Stores the cookies that an answer sets, and drops those that it expires. */
  take(setCookie: string | string[] | undefined): void {
    for (const line of [setCookie ?? []].flat()) {
      const [pair = '', ...attributes] = line.split(';')
      const at = pair.indexOf('=')
      if (at < 1) continue
      const name = pair.slice(0, at).trim()
      if (attributes.some(isOver)) this.#kept.delete(name)
      else this.#kept.set(name, pair.slice(at + 1).trim())
    }
  }

  /** the Cookie header of a request; undefined without cookies */
  get header(): string | undefined {
    return this.besides('')
  }

  /**
   * The Cookie header with the cookies that another one of the same request lacks; undefined: it lacks none.
   *
   * @param but whether a cookie is left out
   */
  besides(sent: string, but: (name: string) => boolean = () => false): string | undefined {
    const named = new Set(sent.split(';').map((pair) => pair.split('=')[0]!.trim()))
    const more = [...this.#kept].filter(([name]) => !named.has(name) && !but(name))
    return more.map(([name, value]) => `${name}=${value}`).join('; ') || undefined
  }
}

function isOver(attribute: string): boolean {
  const [name = '', value = ''] = attribute.split('=').map((part) => part.trim().toLowerCase())
  return name === 'max-age' ? Number(value) <= 0 : name === 'expires' && Date.parse(value) <= 0
}

/** Cookies of usertwo itself, whose login the gate sends by other means. */
const OF_USERTWO = /^(?:__Host-)?usertwo/

/** Whether a cookie is one of usertwo's own, by the names that the environment may give them. */
export function isOfUsertwo(
  name: string,
  { REFRESH_COOKIE_NAME, CSRF_COOKIE_NAME }: Readonly<Record<string, string | undefined>>,
): boolean {
  const others = [REFRESH_COOKIE_NAME ?? 'refresh_token', CSRF_COOKIE_NAME ?? 'csrftoken']
  return OF_USERTWO.test(name) || others.includes(name.replace(/^__Host-/, ''))
}

/**
 * Keeps the cookies that the app sets, for each user as their browser does, and sends them back: an app may find there the
 * session of a flash message or a filter. What a request sends itself counts.
 */
export function browsersOf(env: Record<string, string>) {
  const jars = new WeakMap<Visitor, CookieJar>()
  const isLogin = (name: string) => isOfUsertwo(name, env)
  return ({ as, headers = {} }: Ask): { jar: CookieJar; sends: Record<string, string> } | null => {
    if (!as || !('id' in as)) return null
    const jar = jars.get(as) ?? new CookieJar()
    jars.set(as, jar)
    const given = headers.cookie
    const more = jar.besides([as.headers.cookie, given].filter(Boolean).join('; '), isLogin)
    return { jar, sends: more ? { cookie: [given, more].filter(Boolean).join('; ') } : {} }
  }
}
