import type { Exchange } from '../../../gate/traffic/exchange.js'

/** Members of a JSON body by which an app might learn whose a row is. */
const GIFTS: Record<string, (owner: string | number) => Record<string, unknown>> = {
  'in snake case': (id) => ({ user_id: id, owner_id: id, created_by: id }),
  'in camel case': (id) => ({ userId: id, ownerId: id, createdBy: id }),
  nested: (id) => ({ user: { id }, owner: { id }, data: { user_id: id } }),
  'as an array': (id) => ({ user_id: [id], userId: [id] }),
  'as text': (id) => ({ user_id: String(id), userId: ` ${id}` }),
}

/** A write of one's own, each time with somebody else named as the owner of what it makes. */
export function smuggled(
  exchange: Exchange,
  ownerColumns: ReadonlySet<string>,
  owner: string | number,
  key: string | undefined,
): { name: string; body: string }[] {
  const { contentType, body } = exchange.request
  if (exchange.method === 'GET' || body === null || !/json/.test(contentType ?? '')) return []
  let given: unknown
  try {
    given = JSON.parse(body)
  } catch {
    return []
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return []
  const own = Object.fromEntries([...ownerColumns].map((column) => [column, owner]))
  const gifts: [string, (owner: string | number) => Record<string, unknown>][] = [
    ['by its column', () => own],
    ...Object.entries(GIFTS),
  ]
  // The key of a row of the owner's, beside whichever the path names.
  if (key !== undefined && !('id' in given))
    gifts.push(['by a key of a row', () => ({ id: Number(key) || key })])
  return gifts.map(([name, gift]) => ({
    name,
    body: JSON.stringify({ ...(given as object), ...gift(owner) }),
  }))
}
