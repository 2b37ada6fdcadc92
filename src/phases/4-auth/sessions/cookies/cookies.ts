import type { ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import { type CookieSerializeOptions, serialize } from 'cookie'
import { rootOf } from '../../../../config/addresses.js'
import type { Settings } from '../../../../config/settings.js'
import { type Incoming, targetOf } from '../../../../express/handler.js'
import { sentPath } from '../../../../express/path.js'
import { cookiePlace } from './cookie-place.js'

export interface Cookies {
  /** name of the cookie that holds the login */
  login: string
  /** name of the cookie that holds the CSRF token */
  csrf: string
  /** name of the cookie that recognises a browser; it does not log in */
  device: string
  /** name of the cookie of a browser that asked for a link that logs in */
  link: string
  /** @param seconds default: as long as the browser is open */
  set(res: ServerResponse, token: string, csrfToken: string, seconds?: number): void
  setCsrf(res: ServerResponse, csrfToken: string): void
  setDevice(res: ServerResponse, device: string, seconds: number): void
  setLink(res: ServerResponse, value: string, seconds: number): void
  clear(res: ServerResponse): void
  /** clears every login cookie of that name that may be sent to this address, for any path and domain */
  clearAll(req: Incoming, res: ServerResponse): void
}

/**
 * The two cookies of a login, and the one of the browser. They have the same attributes when set and when
 * cleared, because a browser otherwise keeps them (ASVS 3.3).
 */
export function cookies(settings: Settings): Cookies {
  const secure = settings.COOKIE_SECURE_DEFAULT
  const { prefix, path } = cookiePlace(settings)
  const login = `${prefix}usertwo`
  const device = `${login}-device`
  const link = `${login}-link`
  const csrf = settings.CSRF_COOKIE_NAME
  const shared: CookieSerializeOptions = { path, secure, sameSite: settings.COOKIE_SAMESITE }
  const hidden: CookieSerializeOptions = { ...shared, httpOnly: true }
  const setCsrf = (res: ServerResponse, token: string, seconds?: number) =>
    add(res, csrf, token, { ...shared, ...lasting(seconds) })
  const clear = (res: ServerResponse) => {
    add(res, login, '', { ...hidden, ...OVER })
    add(res, csrf, '', { ...shared, ...OVER })
  }
  return {
    login,
    csrf,
    device,
    link,
    set(res, token, csrfToken, seconds) {
      add(res, login, token, { ...hidden, ...lasting(seconds) })
      setCsrf(res, csrfToken, seconds)
    },
    setCsrf,
    // It outlives the login and the logout: with it, guessing from elsewhere does not delay this browser's logins.
    setDevice: (res, value, seconds) => add(res, device, value, { ...hidden, ...lasting(seconds) }),
    // Lax whatever the setting is: the link in the mail is followed from another site.
    setLink: (res, value, seconds) =>
      add(res, link, value, { ...hidden, sameSite: 'lax', ...lasting(seconds) }),
    clear,
    clearAll(req, res) {
      clear(res)
      // A browser accepts `__Host-` for one place only; a cookie with another name may exist at each path
      // and domain above.
      if (prefix === '__Host-') return
      for (const domain of [undefined, ...domainsOf(req.headers.host ?? '')])
        for (const path of pathsOf(rootOf(settings) + targetOf(req)))
          add(res, login, '', { ...hidden, ...OVER, path, domain })
    },
  }
}

export const OVER = { expires: new Date(0) }

export const lasting = (seconds?: number) =>
  seconds ? { maxAge: seconds, expires: new Date(Date.now() + seconds * 1000) } : {}

function add(res: ServerResponse, name: string, value: string, options: CookieSerializeOptions): void {
  res.appendHeader('Set-Cookie', serialize(name, value, options))
}

/** The most path segments that are cleared: a browser accepts only so many cookies in one answer. */
const MOST = 6

/** `/a/b/c` → `/`, `/a`, `/a/`, `/a/b` …: the paths whose cookies are sent there. */
function pathsOf(url: string): string[] {
  const parts = sentPath(url).split('/').slice(1, MOST)
  const above = parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`)
  return ['/', ...above.flatMap((path) => [path, `${path}/`])]
}

/** `app.example.com:3000` → itself and `example.com`; an address or a single name has none. */
function domainsOf(host: string): string[] {
  const name = host.replace(/:\d+$/, '')
  if (isIP(name) || name.startsWith('[')) return []
  const parts = name.split('.')
  return parts
    .slice(0, -1)
    .map((_, at) => parts.slice(at).join('.'))
    .slice(0, MOST)
}
