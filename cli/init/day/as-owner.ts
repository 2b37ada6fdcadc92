import type { Ask } from '../../../proof/gate/app/http.js'
import type { Target } from '../../../proof/gate/gate.js'
import { CookieJar } from '../../../proof/gate/people/cookie-jar.js'
import { sendOwnForm } from '../../../proof/gate/people/own-login.js'
import type { TriedLogin } from '../own-login/tried-login.js'
import { type Lasting, unlessRefused } from './lasting-target.js'
import type { Call } from './try-routes.js'

const VISITOR = { name: 'owner', address: '127.0.0.1', headers: {} }

/** The app as it answers its owner, who logs in by its own login, and again after it has ended. */
export function loggedInOwner(
  { ask, statements, ended }: Lasting,
  { form, account }: Pick<TriedLogin, 'form' | 'account'>,
): Pick<Target, 'ask' | 'statements'> {
  let cookie: string | undefined
  let starts = -1
  const login = async () => {
    starts = ended().length
    const jar = new CookieJar()
    const answer = await sendOwnForm({ ask }, form, VISITOR, account)
    jar.take(answer.headers['set-cookie'])
    cookie = jar.header
  }
  return {
    statements,
    ask: async (method: string, path: string, how?: Ask) => {
      if (starts !== ended().length) await login()
      return ask(method, path, { ...how, as: { ...VISITOR, headers: cookie ? { cookie } : {} } })
    },
  }
}

/** The login as a request of the owner's day. */
export const loginCall = ({ form: { post, fields }, account }: TriedLogin): Call => ({
  method: 'POST',
  path: post,
  body: { [fields.user]: account.email, [fields.password]: account.password },
})

/**
 * The pages that an anonymous client gets too: those with a form for a password, and others, which need a login from phase 6
 * unless they are named.
 */
export async function pagesWithoutLogin(
  pages: ReadonlyMap<string, string>,
  { ask }: Pick<Target, 'ask'>,
): Promise<{ forms: string[]; others: string[] }> {
  const found = { forms: [] as string[], others: [] as string[] }
  for (const path of pages.keys()) {
    const answer = await ask('GET', path, { headers: { accept: 'text/html' } }).catch(unlessRefused)
    if (!answer || answer.status >= 300) continue
    if (/<input\b[^>]*\btype\s*=\s*["']?password/i.test(answer.body)) found.forms.push(`GET ${path}`)
    else
      found.others.push(
        `GET ${path} answers clients without a login today, and needs one from phase 6: add it to routes.public if it shows no rows`,
      )
  }
  return found
}
