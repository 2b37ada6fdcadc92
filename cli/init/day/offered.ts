import type { Fields } from '../../../proof/attack/synthesised/bodies.js'
import { plainName } from '../../../proof/attack/synthesised/corpus.js'
import type { Answer } from '../../../proof/gate/app/http.js'
import { unescaped } from '../../../proof/gate/app/unescaped.js'
import type { Route } from '../../../proof/gate/gate.js'
import { segmentsOf } from '../../../src/express/path.js'
import { fits } from '../../../src/express/pattern.js'

/** A field of a form; `value` is null if a user has to invent one. */
export interface FormField {
  name: string
  type: string
  value: string | null
}

/** Addresses that the answered pages link to. */
export interface Offered {
  /** paths, as written in the page */
  links: string[]
  forms: { path: string; search: string; method: string; fields: FormField[] }[]
  /** what the first segment of an address is where routes declare a parameter there, such as a language: by its name */
  first: Map<string, string>
  /** what the app compares a parameter of an address with, by its name */
  compared: ReadonlyMap<string, string[]>
}

export const nothingOffered = (compared: Offered['compared'] = new Map()): Offered => {
  return { links: [], forms: [], first: new Map(), compared }
}

/** Adds the links and forms of a page at `path`. */
export function offeredIn(html: string, path: string, offered: Offered): void {
  const add = (list: string[], one: string | null) => {
    if (one && !list.includes(one)) list.push(one)
  }
  for (const [, attributes] of html.matchAll(/<a\b([^>]*)>/gi))
    add(offered.links, pathOf(attribute(attributes!, 'href'), path))
  for (const [, attributes, inside] of html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)) {
    const leads = attribute(attributes!, 'action') || path
    const action = pathOf(leads, path)
    const method = (attribute(attributes!, 'method') ?? 'get').toUpperCase()
    if (!action) continue
    if (method === 'GET') add(offered.links, action)
    else
      offered.forms.push({
        path: action,
        search: new URL(leads, `http://app${path}`).search,
        method,
        fields: fieldsIn(inside!),
      })
  }
}

/** Adds where an answer redirects, and which language, say, the address there begins with. */
export function redirectIn(
  { status, headers: { location } }: Pick<Answer, 'status' | 'headers'>,
  path: string,
  offered: Offered,
  routes: readonly Route[],
): void {
  const leads = status >= 300 && status < 400 && typeof location === 'string' ? pathOf(location, path) : null
  if (!leads) return
  if (!offered.links.includes(leads)) offered.links.push(leads)
  for (const route of routes) {
    const name = firstParameter(route.path)
    const value = segmentsOf(leads)[0]
    if (
      name &&
      value &&
      !offered.first.has(name) &&
      pathsOffered(route, { ...offered, links: [leads] }, routes).length
    )
      offered.first.set(name, value)
  }
}

/** Tried in the place of a language that no answer leads to (ISO 639). */
const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt']

/** Returns a route with what its first parameter is taken for: what a redirect or the app names, or a language. */
export function withFirst({ path }: Pick<Route, 'path'>, { first, compared }: Offered): string[] {
  const name = firstParameter(path)
  if (!name) return []
  const known = first.get(name)
  const values = known
    ? [known]
    : (compared.get(name) ?? (/^(?:lang|language|locale|lng)$/i.test(name) ? LANGUAGES : []))
  return values.map((value) => path.replace(/^\/:\w+(?:\([^)]*\))?/, `/${value}`))
}

const firstParameter = (path: string) => /^\/:(\w+)(?:\([^)]*\))?(?=\/|$)/.exec(path)?.[1]

/**
 * The offered paths of a route with parameters. A path that is a route of its own is not one of `/books/:id`.
 */
export function pathsOffered(route: Route, { links, forms }: Offered, routes: readonly Route[]): string[] {
  if (!route.path.includes(':')) return []
  const declared = segmentsOf(route.path)
  const own = routes.filter(({ path }) => !path.includes(':')).map(({ path }) => segmentsOf(path).join('/'))
  const paths = route.method === 'GET' ? links : forms.map(({ path }) => path)
  return [...new Set(paths)].filter((path) => {
    const segments = segmentsOf(path)
    return fits(declared, segments) && !own.includes(segments.join('/'))
  })
}

/**
 * The form that leads to an address, filled in; null: none does.
 * @param edit what a user makes of a text that the page shows; by default it stays
 */
export function formFor(
  path: string,
  { forms }: Offered,
  row: Fields,
  thinkOf: (field: FormField) => unknown,
  edit = (text: string): unknown => text,
): Fields | null {
  const [bare = ''] = path.split('?')
  const form = forms.find((one) => segmentsOf(one.path).join('/') === segmentsOf(bare).join('/'))
  if (!form?.fields.length) return null
  return Object.fromEntries(
    form.fields.map((field) => {
      const column = Object.keys(row).find((name) => plainName(name) === plainName(field.name))
      const kept = column !== undefined && row[column] !== null ? row[column] : undefined
      const shown = field.value !== null && isText(field) ? edit(field.value) : field.value
      return [field.name, shown ?? kept ?? thinkOf(field)]
    }),
  )
}

const isText = ({ type }: FormField) => type === 'text' || type === 'textarea'

function fieldsIn(html: string): FormField[] {
  const found = new Map<string, FormField>()
  const add = (field: FormField | null) => {
    if (field?.name && !found.has(field.name)) found.set(field.name, field)
  }
  for (const [, attributes] of html.matchAll(/<input\b([^>]*)>/gi)) {
    const type = (attribute(attributes!, 'type') ?? 'text').toLowerCase()
    if (/^(?:submit|button|image|reset|file)$/.test(type)) continue
    const value = attribute(attributes!, 'value') || (/^(?:checkbox|radio)$/.test(type) ? 'on' : null)
    add({ name: attribute(attributes!, 'name') ?? '', type, value })
  }
  // By the first button with a name the form is sent, as by Enter.
  const [, button] = /<button\b([^>]*\sname\s*=[^>]*)>/i.exec(html) ?? []
  if (button)
    add({ name: attribute(button, 'name') ?? '', type: 'button', value: attribute(button, 'value') })
  for (const [, attributes, inside] of html.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/gi)) {
    const options = [...inside!.matchAll(/<option\b([^>]*)>([^<]*)/gi)].map(
      ([, own, text]) => attribute(own!, 'value') ?? text!.trim(),
    )
    add({
      name: attribute(attributes!, 'name') ?? '',
      type: 'select',
      value: options.findLast((one) => one !== '') ?? null,
    })
  }
  for (const [, attributes, text] of html.matchAll(/<textarea\b([^>]*)>([^<]*)/gi))
    add({
      name: attribute(attributes!, 'name') ?? '',
      type: 'textarea',
      value: unescaped(text!.trim()) || null,
    })
  return [...found.values()]
}

function attribute(attributes: string, name: string): string | null {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(
    attributes,
  )
  return found ? unescaped(found[1] ?? found[2] ?? found[3]!) : null
}

/** A path of this very app; null: it leads elsewhere. */
function pathOf(target: string | null, page: string): string | null {
  if (
    !target ||
    /^(?:#|javascript:|mailto:|tel:|data:)/i.test(target) ||
    !URL.canParse(target, `http://app${page}`)
  )
    return null
  const { host, pathname } = new URL(target, `http://app${page}`)
  return host === 'app' ? pathname : null
}
