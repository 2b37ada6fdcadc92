import type { Answer } from '../../../proof/gate/app/http.js'
import type { Target, Visitor } from '../../../proof/gate/gate.js'
import { CookieJar } from '../../../proof/gate/people/cookie-jar.js'
import { HeldCredentials } from '../../../proof/gate/people/held-credentials.js'
import { sendOwnForm } from '../../../proof/gate/people/own-login.js'
import type { Config } from '../../../src/config/config.js'
import type { SeenReading } from '../health.js'
import type { OwnersLogin } from '../own-login/tried-login.js'
import { tableAsked } from '../route-reads.js'
import { type Lasting, unlessRefused } from './lasting-target.js'
import type { Call } from './try-routes.js'

const VISITOR = { name: 'owner', address: '127.0.0.1', headers: {} }

/** The same app without the header that a gate sends in the place of the proxy. */
export function withoutProxy(target: Lasting, { auth }: Pick<Config, 'auth'>): Lasting {
  const { proxy } = auth
  if (!proxy) return target
  return {
    ...target,
    ask: (method, path, how) => target.ask(method, path, { ...how, without: [proxy.header] }),
  }
}

/** The app as it answers its owner, who logs in by its own login, and again after it has ended; or whom the proxy names. */
export function loggedInOwner(target: Lasting, by: OwnersLogin): BrowserOfDay {
  if ('headers' in by) return browserOfDay(target, async () => ({ ...VISITOR, ...by }))
  const { form, account } = by
  let held: Record<string, string> = {}
  let starts = -1
  return browserOfDay(target, async () => {
    if (starts !== target.ended().length) {
      starts = target.ended().length
      const credentials = new HeldCredentials({ header: form.header ?? 'authorization', login: form })
      credentials.take(form.post, await sendOwnForm(target, form, VISITOR, account))
      held = credentials.headers
    }
    return { ...VISITOR, headers: held }
  })
}

/** The app as it answers one browser, which keeps the cookies that the app sets. */
export interface BrowserOfDay extends Pick<Target, 'ask' | 'statements'> {
  /** the app has set some */
  hasCookies(): boolean
}

/**
 * @param visitor who uses the browser, with the headers of their login; default: one without a login
 * @returns the app as it answers one browser
 */
export function browserOfDay(
  { ask, statements }: Pick<Target, 'ask' | 'statements'>,
  visitor: () => Promise<Visitor | null> = async () => null,
): BrowserOfDay {
  const jar = new CookieJar()
  let ofLogin = false
  return {
    statements,
    hasCookies: () => ofLogin || jar.header !== undefined,
    ask: async (method, path, how) => {
      const as = await visitor()
      ofLogin ||= as?.headers.cookie !== undefined
      const cookie = jar.besides(as?.headers.cookie ?? '')
      const answer = await ask(method, path, {
        ...how,
        headers: { ...how?.headers, ...(cookie && { cookie }) },
        ...(as && { as }),
      })
      jar.take(answer.headers['set-cookie'])
      return answer
    },
  }
}

/** The login as requests of the owner's day; none where the proxy names them. */
export function loginCalls(by: OwnersLogin): Call[] {
  if ('headers' in by) return []
  const { form, account } = by
  const body = { [form.fields.user]: account.email, [form.fields.password]: account.password }
  return [{ method: 'POST', path: form.post, body, as: form.as }]
}

/** Some forms show what is typed: `<input type="text" name="password">`. */
const PASSWORD_FIELD = /<input\b[^>]*\b(?:type|name)\s*=\s*["']?password\b/i

/**
 * What an anonymous client gets too: pages with a form for a password and redirects to the provider of a login, which stay
 * open, and other answers, which need a login from phase 6 unless they are named.
 * @param paths those of all reads that the owner's day has and that are routes without parameters
 */
export async function openWithoutLogin(
  pages: ReadonlyMap<string, string>,
  paths: readonly string[],
  { ask, statements }: Pick<Target, 'ask' | 'statements'>,
  { tables, showsRow }: Pick<SeenReading, 'tables' | 'showsRow'>,
): Promise<{ open: string[]; others: string[] }> {
  const found = { open: [] as string[], others: [] as string[] }
  for (const path of new Set([...pages.keys(), ...paths])) {
    await statements()
    const accept = pages.has(path) ? 'text/html' : '*/*'
    const answer = await ask('GET', path, { headers: { accept } }).catch(unlessRefused)
    if (!answer) continue
    const asked = await statements()
    if (beginsLogin(answer)) {
      if (asked?.length === 0) found.open.push(`GET ${path}`)
    } else if (answer.status >= 300) continue
    else if (
      pages.has(path) &&
      PASSWORD_FIELD.test(answer.body) &&
      tableAsked(asked, tables) === undefined &&
      !showsRow(answer.body)
    )
      found.open.push(`GET ${path}`)
    else
      found.others.push(
        `GET ${path} answers clients without a login today, and needs one from phase 6: add it to routes.public if it shows no rows`,
      )
  }
  return found
}

/** Redirects to another site with what a login by a provider begins with: OAuth, OpenID, SAML. */
const beginsLogin = ({ status, headers }: Answer) =>
  status >= 300 &&
  status < 400 &&
  /^https:\/\/.*[?&](?:client_id|oauth_token|SAMLRequest|openid\.\w+)=/.test(String(headers.location ?? ''))
