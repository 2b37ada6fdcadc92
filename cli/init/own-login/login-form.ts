import type { Target } from '../../../proof/gate/gate.js'
import { nothingOffered, type Offered, offeredIn } from '../day/offered.js'
import { loginFieldsOf, valueOfField } from './login-fields.js'
import type { LoginRoute } from './read-login.js'
import { type OwnForm, unreadable } from './tried-login.js'
import { ANONYMOUS, NONE, type Trying } from './trying.js'

/** A form, and where its route is. */
export type PlacedForm = OwnForm & { at: string }

/** The one route that takes a form, with its fields: by what its handlers read, else by the form of its page. */
export async function loginFormOf(
  { read, routes, target, forms, ask }: Trying,
  found: readonly LoginRoute[],
  what: string,
  user: string | null,
): Promise<PlacedForm> {
  const served = found.filter(({ path }) => routes.some((one) => one.method === 'POST' && one.path === path))
  if (served.length === 0)
    throw unreadable(
      read,
      `no POST route was found that takes its ${what}${what === 'registration' ? ', by which a gate makes its second user' : ''}`,
    )
  const answers = served.map(({ path }) => path)
  const [first] = answers
  const asks = `Which route takes the ${what} form?`
  const path =
    served.length === 1
      ? first
      : await ask({ asks, guess: NONE, answers: [...answers, NONE], at: served[0]!.at })
  const route = served.find((one) => one.path === path)
  if (!route) throw unreadable(read, `several routes may take its ${what}: ${answers.join(', ')}`)
  const own = what === 'login' ? read.passport?.fields : null
  const fields = await fieldsOfForm(target, route, what)
  const names = { user: own?.user ?? fields.user, password: own?.password ?? fields.password }
  const all = [fields.user, ...fields.more].filter((name) => name !== null)
  const taken = user !== null && all.includes(user) ? user : names.user
  if (!taken || !names.password)
    throw unreadable(
      read,
      `the fields of POST ${route.path} are not known: neither its handler nor a page names them`,
    )
  const more = all.filter((name) => name !== taken).map((name) => [name, valueOfField(name)])
  return {
    post: route.path,
    at: route.at,
    fields: { user: taken, password: names.password },
    more:
      what === 'login'
        ? {}
        : Object.fromEntries([...more, ...fields.repeated.map((name) => [name, '$password'])]),
    as: forms ? 'form' : 'json',
  }
}

/** Those that the handlers read; a registration may also check fields by functions that init does not follow. */
async function fieldsOfForm(target: Pick<Target, 'ask'>, route: LoginRoute, what: string) {
  const { fields } = route
  if (!fields.password) return fieldsOfPage(target, route)
  if (what === 'login') return fields
  const page = await fieldsOfPage(target, route).catch(() => null)
  if (page?.password !== fields.password) return fields
  const both = (name: 'more' | 'repeated') => [...new Set([...fields[name], ...page[name]])]
  return { ...fields, more: both('more').filter((one) => one !== fields.user), repeated: both('repeated') }
}

async function fieldsOfPage({ ask }: Pick<Target, 'ask'>, { path }: LoginRoute) {
  const offered: Offered = nothingOffered()
  const page = await ask('GET', path, { as: ANONYMOUS, headers: { accept: 'text/html' } })
  offeredIn(page.body, path, offered)
  const form = offered.forms.find((one) => one.path === path)
  return loginFieldsOf(form?.fields.map(({ name }) => name) ?? [])
}
