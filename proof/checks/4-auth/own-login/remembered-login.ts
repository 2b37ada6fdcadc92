import type { Gate, Member, Target } from '../../../gate/gate.js'
import { type AppLogin, logInToApp } from './app-login.js'

/** Fields by which forms of a login ask to be remembered. */
const REMEMBER = [
  'remember',
  'rememberMe',
  'remember_me',
  'remember-me',
  'keepLoggedIn',
  'keepMeLoggedIn',
  'keep_logged_in',
  'stayLoggedIn',
  'staySignedIn',
  'keepSignedIn',
]

interface RememberedLogin extends AppLogin {
  /** the cookies that a plain login does not get */
  names: string[]
  /** those cookies alone, as a client sends them */
  alone: string
}

/**
 * Logs a user in with every field by which forms ask to be remembered; null: no further cookie comes of it.
 *
 * @param plain a login that did not ask
 * @param headers more headers, such as those of a proxy
 */
export async function rememberedLogin(
  gate: Gate,
  target: Target,
  owner: Member,
  plain: AppLogin,
  headers: Record<string, string> = {},
): Promise<RememberedLogin | null> {
  const known = namesIn(plain.cookie)
  // A form that refuses a field it does not know is sent one after the other.
  for (const remember of [REMEMBER, ...REMEMBER.map((name) => [name])]) {
    const login = await logInToApp(gate, target, owner, { remember, headers })
    const names = namesIn(login.cookie).filter((name) => name && !known.includes(name))
    if (names.length > 0) {
      const pairs = login.cookie.split('; ').filter((pair) => names.includes(nameIn(pair)))
      return { ...login, names, alone: pairs.join('; ') }
    }
    if (remember === REMEMBER && login.answer.status < 400) return null
  }
  return null
}

const nameIn = (pair: string) => pair.slice(0, pair.indexOf('='))
const namesIn = (cookie: string) => cookie.split('; ').map(nameIn)
