import type { CookieOptions, Response } from 'express'
import type { Settings } from '../../core/settings.js'

export interface Cookies {
  /** name of the cookie that holds the login */
  login: string
  /** name of the cookie that holds the CSRF token */
  csrf: string
  set(res: Response, token: string, csrfToken: string, seconds: number): void
  setCsrf(res: Response, csrfToken: string): void
  clear(res: Response): void
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
  return {
    login,
    csrf,
    set(res, token, csrfToken, seconds) {
      res.cookie(login, token, { ...hidden, maxAge: seconds * 1000 })
      setCsrf(res, csrfToken, seconds)
    },
    setCsrf,
    clear(res) {
      res.clearCookie(login, hidden)
      res.clearCookie(csrf, shared)
    },
  }
}
