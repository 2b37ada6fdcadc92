import type { Config } from '../../../src/config/config.js'
import type { Answer } from '../app/http.js'
import type { Target, Visitor } from '../gate.js'
import { masked, volatileIn } from '../traffic/volatile.js'
import { nextAddress } from './addresses.js'
import { HeldCredentials } from './held-credentials.js'
import { gatePassword } from './login-names.js'
import type { GateAccount } from './people.js'

/** Logs in with an account, and returns the answer. */
export type LoginAttempt = (as: Visitor, account: GateAccount) => Promise<Answer>

/** What a client sees of an answer: status, address of a redirect, body. */
export type LoginSeen = readonly string[]
interface Attempted {
  answer: LoginSeen
  /** the page that the client sees next */
  page: LoginSeen
}

/** What two wrong passwords got, by configuration: an app may lock an account after a few. */
const known = new WeakMap<Config, Promise<[Attempted, Attempted]>>()

/**
 * Returns whether an answer is the one that a wrong password gets, and the page that follows shows no user either. What
 * differs between two wrong passwords counts as equal.
 */
export async function isLikeWrong(
  { target, config }: { target: Target; config: Config },
  account: GateAccount,
  answer: Answer,
  attempt: LoginAttempt,
): Promise<boolean> {
  const wrongOne = () => wrongLogin({ target, config }, account, attempt)
  let control = known.get(config)
  if (!control) {
    control = wrongOne().then(async (first): Promise<[Attempted, Attempted]> => [first, await wrongOne()])
    known.set(config, control)
    control.catch(() => known.delete(config))
  }
  const [first, second] = await control
  if (!isAlike(first.answer, second.answer, seenOf(target, answer, account))) return false
  return isAlike(first.page, second.page, await pageBehind(target, config, answer, account))
}

/** Tries to log in with a wrong password, and returns what the client then sees. */
export async function wrongLogin(
  { target, config }: { target: Target; config: Config },
  account: GateAccount,
  attempt: LoginAttempt,
): Promise<Attempted> {
  const wrong = { ...account, password: gatePassword() }
  const got = await attempt({ name: 'wrong password', address: nextAddress(), headers: {} }, wrong)
  return { answer: seenOf(target, got, wrong), page: await pageBehind(target, config, got, wrong) }
}

/**
 * Returns whether the page after a login shows a user: an anonymous client gets another one. Where a wrong password leads
 * to the same page, any password logs in.
 */
export async function showsUser(
  { target, config }: { target: Target; config: Config },
  account: GateAccount,
  answer: Answer,
): Promise<boolean> {
  const anonymous = { ...answer, headers: { location: answer.headers.location ?? '/' }, body: '' }
  const first = await pageBehind(target, config, anonymous, account)
  const second = await pageBehind(target, config, anonymous, account)
  return !isAlike(first, second, await pageBehind(target, config, answer, account))
}

function isAlike(first: LoginSeen, second: LoginSeen, third: LoginSeen): boolean {
  return first.every((one, at) => {
    const places = volatileIn(one, second[at]!)
    return masked(one, places) === masked(third[at]!, places)
  })
}

/** What a client sees, without what it has sent. */
function seenOf(
  { url }: Target,
  { status, headers, body }: Answer,
  { email, password }: GateAccount,
): LoginSeen {
  const without = (text: string) =>
    [url, email, encodeURIComponent(email), password].reduce((left, part) => left.replaceAll(part, ''), text)
  return [String(status), without(String(headers.location ?? '')), without(body)]
}

/** The page to which an answer sends the client, or else the first one of the app. */
async function pageBehind(
  target: Target,
  { auth }: Config,
  answer: Answer,
  account: GateAccount,
): Promise<LoginSeen> {
  const to = new URL(String(answer.headers.location ?? '/'), target.url)
  if (to.origin !== target.url) return []
  const held = new HeldCredentials(auth)
  held.take(auth.login!.post, answer)
  const page = await target.ask('GET', to.pathname + to.search, {
    as: { name: 'wrong password', address: nextAddress(), headers: held.headers },
    headers: { accept: 'text/html' },
  })
  return seenOf(target, page, account)
}
