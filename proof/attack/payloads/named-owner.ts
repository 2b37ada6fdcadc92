import { type Aim, type AttackRequest, aimedAt, type Payload, withQuery } from './pair.js'

/** A user who a request may claim as its sender. */
export interface Named {
  id: string
  email: string
}

const FIELDS = ['user_id', 'userId', 'owner_id', 'ownerId', 'account_id', 'accountId', 'uid', 'user', 'owner']
const ID_HEADERS = ['x-user-id', 'x-user', 'x-account-id', 'x-owner-id', 'x-tenant-id', 'x-uid']
const NAME_HEADERS = [
  'x-forwarded-user',
  'x-remote-user',
  'remote-user',
  'x-authenticated-user',
  'x-forwarded-email',
  'x-auth-request-email',
]

/** Ways to name a user as the sender of a request, in addition to the real sender. */
export const PLACES: Record<string, (sent: AttackRequest, who: Named) => AttackRequest> = {
  'in the query': (sent, { id }) => ({
    ...sent,
    path: withQuery(sent.path, FIELDS.map((name) => `${name}=${encodeURIComponent(id)}`).join('&')),
  }),
  'in the query, as a list': (sent, { id }) => ({
    ...sent,
    path: withQuery(sent.path, FIELDS.map((name) => `${name}[]=${encodeURIComponent(id)}`).join('&')),
  }),
  'in headers': (sent, { id, email }) => ({
    ...sent,
    headers: {
      ...sent.headers,
      ...Object.fromEntries(ID_HEADERS.map((name) => [name, id])),
      ...Object.fromEntries(NAME_HEADERS.map((name) => [name, email])),
    },
  }),
  'in headers, by id alone': (sent, { id }) => ({
    ...sent,
    headers: {
      ...sent.headers,
      ...Object.fromEntries([...ID_HEADERS, ...NAME_HEADERS].map((name) => [name, id])),
    },
  }),
  'in cookies': (sent, { id }) => ({
    ...sent,
    headers: { ...sent.headers, cookie: FIELDS.map((name) => `${name}=${id}`).join('; ') },
  }),
}

/** Requests for a row of the owner that also name the owner. */
export function besideOwner(aim: Aim): Payload[] {
  return Object.entries(PLACES).map(([where, name]) => ({
    name: `with the owner named ${where}`,
    make: (aimed) => name(aimedAt(aim, aimed), aim.owner),
  }))
}
