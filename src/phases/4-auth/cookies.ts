import { isIP } from 'node:net'
import type { CookieOptions, Request, Response } from 'express'
import type { Settings } from '../../core/settings.js'
import { sentPath } from '../../express/path.js'

export interface Cookies {
  /** name of the cookie that holds the login */
  login: string
  /** name of the cookie that holds the CSRF token */
  csrf: string
  set(res: Response, token: string, csrfToken: string, seconds: number): void
  setCsrf(res: Response, csrfToken: string): void
  clear(res: Response): void
  /** clears every login cookie of that name that this address can have been sent, whoever set it and for where */
  clearAll(req: Request, res: Response): void
}

/** The two cookies of a login: same attributes when set and when cleared, or a browser keeps them (ASVS 3.3). */
export function cookies(settings: Settings): Cookies {
  const secure = settings.COOKIE_SECURE_DEFAULT
  const login = secure ? '__Host-usertwo' : 'usertwo'
  const csrf = settings.CSRF_COOKIE_NAME
  const shared: CookieOptions = { path: '/', secure, sameSite: settings.COOKIE_SAMESITE }
  const hidden: CookieOptions = { ...shared, httpOnly: true }
  const setCsrf = (res: Response, token: string, seconds?: number) => {
    res.cookie(csrf, token, { ...shared, ...(seconds && { maxAge: seconds * 1000 }) })
  }
  const clear = (res: Response) => {
    res.clearCookie(login, hidden)
    res.clearCookie(csrf, shared)
  }
  return {
    login,
    csrf,
    set(res, token, csrfToken, seconds) {
      res.cookie(login, token, { ...hidden, maxAge: seconds * 1000 })
      setCsrf(res, csrfToken, seconds)
    },
    setCsrf,
    clear,
    clearAll(req, res) {
      clear(res)
      // A browser accepts the prefix for one place only; a plain name may lie at each path and domain above.
      if (secure) return
      for (const domain of [undefined, ...domainsOf(req.get('host') ?? '')])
        for (const path of pathsOf(req.originalUrl)) res.clearCookie(login, { ...hidden, path, domain })
    },
  }
}

/** Most places that are cleared: a browser takes so many cookies in an answer, and nobody nests deeper by accident. */
const MOST = 6

/** `/a/b/c` → `/`, `/a`, `/a/`, `/a/b` …: where a cookie can be set so that it is sent there. */
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
