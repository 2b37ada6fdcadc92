import type { ServerConfig } from '../contract/answers.js'
import { joined } from './joined.js'
import type { ApiPlace } from './place.js'
import type { Platform } from './platform.js'

/** How logins are stored, as the server says. */
export interface Mode extends Pick<ServerConfig, 'refresh' | 'csrf' | 'pages'> {
  /** false: there are no logins, and nothing is added to calls */
  isOn: boolean
}

/** Settings that the page was built with; text, as an environment has it, empty if not set. */
export interface Overrides {
  /** `VITE_USER_MGMT_ENABLED`; default: what the server says */
  userManagement?: boolean | string
  /** `VITE_AUTH_COOKIE_REFRESH`; default: what the server says */
  cookieRefresh?: boolean | string
}

export const UNKNOWN: Mode = {
  isOn: true,
  refresh: null,
  csrf: { cookie: 'csrftoken', header: 'X-CSRF-Token' },
  pages: '/auth',
}

const OFF: Mode = { ...UNKNOWN, isOn: false }

const flag = (given: boolean | string | undefined) =>
  given === undefined || given === '' ? undefined : /^(?:true|1|on|yes)$/i.test(String(given))

export interface Server {
  /** null: the server could not say, and the next call asks again */
  learn(): Promise<Mode | null>
  /** the mode has changed */
  forget(): void
  whyOff(): string
  /** called when the server wants a login, but the page was built without one */
  unexpected(): void
  warnOfStorage(): void
}

/**
 * Reads the mode from the server once, and again later if that failed. The page's build settings do not
 * change how the server keeps logins: a contradiction is reported.
 */
export function modes(platform: Platform, place: ApiPlace, overrides: Overrides): Server {
  const wantsOn = flag(overrides.userManagement)
  const said = new Set<string>()
  let known: Mode | null = wantsOn === false ? OFF : null
  let notBefore = 0

  const warn = (text: string) => {
    if (!said.has(text)) platform.warn(text)
    said.add(text)
  }
  const whyOff = () =>
    wantsOn === false
      ? 'This page was built with user management off (VITE_USER_MGMT_ENABLED).'
      : `User management is not available at ${place.mount}: switch it on in the server (USER_MGMT_ENABLED, from phase 4), or name its mount.`

  const { start: ask } = joined(async () => {
    try {
      const told = await configOf(platform, place)
      if (told) {
        known = modeOf(told)
        warnOfMisfit(flag(overrides.cookieRefresh), known, warn)
      } else {
        known = OFF
        if (wantsOn) warn(whyOff())
      }
    } catch {
      notBefore = platform.now() + 1_000 * (1 + platform.random())
    }
  })

  return {
    async learn() {
      if (known || platform.now() < notBefore) return known
      await ask()
      return known
    },
    forget() {
      if (wantsOn !== false) known = null
    },
    whyOff,
    unexpected: () => wantsOn === false && warn(`${whyOff()} The server asks for a login.`),
    warnOfStorage: () =>
      warn('The refresh token is kept in localStorage: every script of this origin can read it and be you.'),
  }
}

/** null: the server has no user management. @throws if the server cannot say */
async function configOf(
  platform: Platform,
  { init, address }: ApiPlace,
): Promise<Partial<ServerConfig> | null> {
  const answer = await platform.fetch(new Request(address('GET /config'), init))
  // 401 too: an app may require a login of its own for unknown paths.
  if (answer.status >= 500 || answer.status === 429) throw new Error(`${answer.status}`)
  // An app without this route may answer with its page.
  const told = answer.ok ? ((await answer.json().catch(() => null)) as Partial<ServerConfig> | null) : null
  return told && 'user_management' in told ? told : null
}

/** A server of an earlier version may omit parts. */
const modeOf = ({
  refresh = null,
  csrf = UNKNOWN.csrf,
  pages = UNKNOWN.pages,
}: Partial<ServerConfig>): Mode => ({ isOn: true, refresh, csrf, pages })

function warnOfMisfit(wantsCookie: boolean | undefined, { refresh }: Mode, warn: (text: string) => void) {
  if (wantsCookie === undefined || wantsCookie === (refresh === 'cookie')) return
  warn(
    `This page was built with VITE_AUTH_COOKIE_REFRESH ${wantsCookie ? 'on' : 'off'}; the server has ${
      refresh === null ? 'no refresh' : `the refresh token in the ${refresh}`
    }, and that is what is done.`,
  )
}
