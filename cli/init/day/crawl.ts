import { segmentsOf } from '../../../src/express/path.js'
import type { FormField, Offered } from './offered.js'
import type { Call } from './try-routes.js'

/** The most addresses that are read. */
const MOST = 20
const DELETES = /^(?:delete|destroy|remove)(?![a-z])/i

type Form = Offered['forms'][number]

/**
 * Follows the pages of an app whose routes only a framework behind one handler knows: from `/` on every link, and then each
 * form, as a browser would send it; those that delete at the end.
 *
 * @param offered the links and forms that the answered pages have; grows meanwhile
 * @param ask makes a request that the app does; null: it does none
 */
export async function crawl(
  offered: Offered,
  ask: (method: string, path: string, forms?: Form[]) => Promise<Call | null>,
): Promise<{ calls: Call[]; ends: Call[] }> {
  const calls: Call[] = []
  const read = new Set<string>()
  for (const path of following(offered)) {
    if (read.size >= MOST) break
    if (read.has(path)) continue
    read.add(path)
    const call = await ask('GET', path)
    if (call) calls.push(call)
  }
  const ends: Call[] = []
  const forms = distinct(offered.forms).sort((a, b) => Number(deletes(a)) - Number(deletes(b)))
  for (const form of forms) {
    const call = await ask(form.method, form.path + form.search, [form])
    if (call) (deletes(form) ? ends : calls).push(call)
  }
  return { calls, ends }
}

/** `/`, then each link, also of pages that are read meanwhile. */
function* following({ links }: Offered): Iterable<string> {
  yield '/'
  for (let at = 0; at < links.length; at++) yield links[at]!
}

/** A list has the same form for each of its rows: one of them is enough. */
function distinct(forms: readonly Form[]): Form[] {
  const kind = ({ method, path, search, fields }: Form) =>
    [method, path.replaceAll(/\d+/g, 'N'), search, ...fields.map(said)].join()
  return [...new Map([...forms].reverse().map((form) => [kind(form), form])).values()].reverse()
}

const said = ({ name, type, value }: FormField) => (type === 'button' ? `${name}=${value}` : name)

const deletes = ({ path, fields }: Form) =>
  segmentsOf(path).some((one) => DELETES.test(one)) || fields.some(({ value }) => DELETES.test(value ?? ''))
