import { type Named, PLACES } from './named-owner.js'
import { type AttackRequest, isRead } from './pair.js'

type Gift = (owner: string | number) => Record<string, unknown>

/** Members of a body from which an app might take the owner of a row. */
const GIFTS: Record<string, Gift> = {
  'in snake case': (id) => ({ user_id: id, owner_id: id, created_by: id, account_id: id }),
  'in camel case': (id) => ({ userId: id, ownerId: id, createdBy: id, accountId: id }),
  nested: (id) => ({ user: { id }, owner: { id }, data: { user_id: id, userId: id } }),
  'as an array': (id) => ({ user_id: [id], userId: [id] }),
  'as text': (id) => ({ user_id: String(id), userId: ` ${id}` }),
  'by a polluted prototype': (id) => ({ constructor: { prototype: { user_id: id } } }),
}

const BY_KEY = 'by a key of a row'
export const BY_PROTO = 'by __proto__'

export interface Smuggled {
  name: string
  sent: AttackRequest
  /** it adds a member to the body, which an app may refuse whatever its value */
  inBody: boolean
  /** it gives the key of a row of the owner */
  byKey: boolean
}

/** A member that no app knows and that names no user. */
const UNKNOWN = { usertwo_unknown: 'x' }

/** Returns the write with one such member added to its body; null if its body has no members. */
export function withUnknown(request: AttackRequest): AttackRequest | null {
  const form = /urlencoded/.test(request.request.contentType ?? '')
  const given = fieldsOf(request, form)
  if (!given) return null
  const fields = { ...given, ...UNKNOWN }
  const body = form ? encoded(fields) : JSON.stringify(fields)
  return { ...request, request: { ...request.request, body } }
}

/** …and with `__proto__` as a member: a library may fail at that name, whatever its value. */
export function withUnknownPrototype(request: AttackRequest): AttackRequest | null {
  const given = /urlencoded/.test(request.request.contentType ?? '') ? null : fieldsOf(request, false)
  const body = given && JSON.stringify(given).replace(/\}$/, protoOf(given, UNKNOWN))
  return body ? { ...request, request: { ...request.request, body } } : null
}

/** Returns a user's own writes that name another user as the owner of the new row, or as the sender. */
export function smuggled(
  request: AttackRequest,
  ownerColumns: ReadonlySet<string>,
  owner: { id: string | number; email: string },
  key: string | undefined,
): Smuggled[] {
  if (isRead(request)) return []
  const who: Named = { id: String(owner.id), email: owner.email }
  return [
    ...inBody(request, ownerColumns, owner.id, key).map((one) => ({
      ...one,
      inBody: true,
      byKey: one.name.endsWith(BY_KEY),
    })),
    ...Object.entries(PLACES).map(([name, put]) => ({
      name,
      sent: put(request, who),
      inBody: false,
      byKey: false,
    })),
  ]
}

function inBody(
  request: AttackRequest,
  ownerColumns: ReadonlySet<string>,
  owner: string | number,
  key: string | undefined,
): { name: string; sent: AttackRequest }[] {
  const form = /urlencoded/.test(request.request.contentType ?? '')
  const given = fieldsOf(request, form)
  if (!given) return []
  const own = Object.fromEntries([...ownerColumns].map((column) => [column, owner]))
  const gifts: [string, Gift][] = [['by its column', () => own], ...Object.entries(GIFTS)]
  // The key of a row of the owner, in addition to any in the path.
  if (key !== undefined && !('id' in given)) gifts.push([BY_KEY, () => ({ id: Number(key) || key })])
  // An app may take the row from a member of the body with any name.
  const inside: [string, Record<string, unknown>][] = [
    ['inside its objects', { ...own, ...GIFTS['in snake case']!(owner), ...GIFTS['in camel case']!(owner) }],
  ]
  if (key !== undefined) inside.push([`inside its objects, ${BY_KEY}`, { id: Number(key) || key }])
  const enveloped = inside.flatMap(([name, more]): [string, Record<string, unknown>][] => {
    const fields = Object.fromEntries(Object.entries(given).map(([at, value]) => [at, within(value, more)]))
    return JSON.stringify(fields) === JSON.stringify(given) ? [] : [[name, fields]]
  })
  const sent = (body: string): AttackRequest => ({ ...request, request: { ...request.request, body } })
  return [
    ...gifts.map(([name, gift]) => {
      const fields = { ...given, ...gift(owner) }
      return { name, sent: sent(form ? encoded(fields) : JSON.stringify(fields)) }
    }),
    ...enveloped.map(([name, fields]) => ({
      name,
      sent: sent(form ? encoded(fields) : JSON.stringify(fields)),
    })),
    // `__proto__` is an own member only in text.
    ...(form
      ? []
      : [{ name: BY_PROTO, sent: sent(JSON.stringify(given).replace(/\}$/, protoOf(given, own))) }]),
  ]
}

/** Adds members to a body and to each of its objects; null if the body is not an object. */
export function withMembers(request: AttackRequest['request'], more: Record<string, unknown>): string | null {
  const form = /urlencoded/.test(request.contentType ?? '')
  const given = fieldsOf({ request } as AttackRequest, form)
  if (!given) return null
  const fields = within(given, more) as Record<string, unknown>
  return form ? encoded(fields) : JSON.stringify(fields)
}

/** Adds members to each object in a value. They replace members of the same name, and others stay. */
function within(value: unknown, more: Record<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((one) => within(one, more))
  if (typeof value !== 'object' || value === null) return value
  const inner = Object.entries(value).map(([name, one]) => [name, within(one, more)])
  return { ...Object.fromEntries(inner), ...more }
}

function protoOf(given: object, own: object): string {
  return `${Object.keys(given).length ? ',' : ''}"__proto__":${JSON.stringify(own)}}`
}

function fieldsOf({ request }: AttackRequest, form: boolean): Record<string, unknown> | null {
  if (request.body === null) return null
  if (form) return Object.fromEntries(new URLSearchParams(request.body))
  if (!/json/.test(request.contentType ?? '')) return null
  try {
    const parsed: unknown = JSON.parse(request.body)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

/** Encodes fields as forms nest them: `user[id]=1`, `user_id[]=1`. */
function encoded(fields: Record<string, unknown>): string {
  const pairs = (name: string, value: unknown): [string, string][] => {
    if (Array.isArray(value)) return value.flatMap((one) => pairs(`${name}[]`, one))
    if (typeof value === 'object' && value !== null)
      return Object.entries(value).flatMap(([key, one]) => pairs(`${name}[${key}]`, one))
    return [[name, String(value)]]
  }
  return new URLSearchParams(Object.entries(fields).flatMap(([name, value]) => pairs(name, value))).toString()
}
