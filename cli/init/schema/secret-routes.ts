import type { FollowedRoute } from '../../../reading/flow/flow.js'
import { allValues } from '../../../reading/flow/values.js'
import type { Catalog, Table } from '../../../src/database/catalog.js'
import { quoted } from '../files/quoted-text.js'
import { configuredName } from './columns.js'
import type { Ownership } from './owners.js'

/** With the names of its uniques that hold for each user. */
type Known = Table & { forEach: readonly string[] }

/** `share_token`, `feedSecret`, `sharetoken`, `api_key`, `inviteCode`; not `barcode`, which a product has printed on it. */
const SECRET = /(?:token|secret|apikey)s?$|(?:^|_)(?:key|code)s?$/i
const SECRET_IN_CAMELS = /[a-z](?:Key|Code)s?$/
/** `/webhooks/payments`, `/hooks/mail`, `/stripe/webhook`. */
const HOOK = /(?:^|[/_-])(?:web-?)?hooks?(?:[/_-]|$)/i
/** What `routes.links` takes: a column of another type is named by the start. */
const TEXT = /^(?:text|character varying|uuid)/

/**
 * Returns what to add to the configuration for routes that look like links or webhooks, which no login comes with: a line to
 * copy for each. They are not added by themselves, because each opens a user's data to requests without a login.
 */
export function secretRoutes(
  { tables: all }: Catalog,
  routes: readonly FollowedRoute[],
  { tables, ownerId }: Pick<Ownership, 'tables' | 'ownerId'>,
): string[] {
  const owned = all.flatMap((table): Known[] => {
    const known = tables.find(({ name }) => name === configuredName(table))
    return known && 'owner' in known ? [{ ...table, forEach: known.unique ?? [] }] : []
  })
  const found = new Map<string, string>()
  for (const route of routes) {
    const name = `${route.method} ${route.path}`
    if (route.method === 'GET') {
      const link = linkOf(route, owned)
      if (link) found.set(name, link)
    } else if (route.method === 'POST' && HOOK.test(route.path) && !/[:*{(]/.test(route.path))
      found.set(
        name,
        `${name} looks like a webhook, which has no login and needs one from phase 6. If the app checks its signature, add to routes: hooks: { ${quoted(name)}: { user: ${JSON.stringify(ownerId)} } } (docs/how-to/requests-with-a-secret.md)`,
      )
  }
  return [...found.values()]
}

function linkOf({ path, queries }: FollowedRoute, owned: readonly Known[]): string | null {
  for (const { tables, conditions } of queries)
    for (const { column, value } of conditions) {
      const name = column.replaceAll('"', '').split('.').at(-1)!
      const table = owned.find((one) => [...tables].includes(one.name) && isSecret(one, name))
      const parts = value ? allValues(value).flatMap((one) => (one.kind === 'part' ? [one.part] : [])) : []
      const place = table && placeIn(path, parts)
      if (!place) continue
      const index = table.indexes.find((one) => isUniqueOn(one, name))!.name
      const more = table.forEach.includes(index)
        ? `, and take ${quoted(index)} out of tables.${configuredName(table)}.unique`
        : ''
      const line = `${quoted(`GET ${place}`)}: { table: ${quoted(configuredName(table))}, token: ${quoted(name)} }`
      return `GET ${path} finds a row by ${table.name}.${name}, and needs a login from phase 6. If clients without a login bring this secret, add to routes: links: { ${line} }${more}; its path is as their addresses are (docs/how-to/requests-with-a-secret.md)`
    }
  return null
}

/** The column is text that requests cannot guess, and unique by itself. */
const isSecret = (table: Table, name: string): boolean =>
  (SECRET.test(name) || SECRET_IN_CAMELS.test(name)) &&
  table.columns.some((one) => one.name === name && TEXT.test(one.type)) &&
  table.indexes.some((one) => isUniqueOn(one, name))

const isUniqueOn = ({ unique, columns }: Table['indexes'][number], name: string) =>
  unique && columns.length === 1 && columns[0] === name

/** The pattern of the link: where its path or its query has the secret; null: it comes in another way. */
function placeIn(path: string, parts: readonly string[]): string | null {
  for (const part of parts) {
    const [, where, name] = /^(params|query)\.([\w.~-]+)$/.exec(part) ?? []
    if (where === 'query') return `${path}?${name}=:token`
    const inPath = path.replace(new RegExp(`:${name}(?!\\w)`), ':token')
    if (where === 'params' && inPath.includes(':token')) return inPath
  }
  return null
}
