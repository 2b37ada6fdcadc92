import { problemOfRange } from '../../../src/config/address-lists.js'
import { literal, q, qualified } from '../../../src/database/quoted.js'
import { isOneName } from '../../../src/phases/4-auth/proxy/header-name.js'
import { CannotGoOn } from '../cannot-go-on.js'
import { uniqueColumns } from './made-user.js'
import type { ProxyHeader } from './proxy-headers.js'
import type { TriedLogin } from './tried-login.js'
import { ANONYMOUS, NONE, peopleIn, type TryingAsOwner } from './trying.js'

const HOW = 'docs/how-to/log-in-by-a-proxy.md'
/** The address of a proxy on this machine: assumed where the user does not say another. */
const HERE = '127.0.0.1'
/** The maximum of routes that are tried for each header and column. */
const MOST = 12

interface TryingProxy extends TryingAsOwner {
  /** those that may name a user */
  headers: readonly ProxyHeader[]
  /** every header of a proxy that the app reads */
  read: readonly ProxyHeader[]
}

/** A header, and the unique column of users that it may hold. */
interface NamedIn {
  header: ProxyHeader
  column: string
  /** the owner's */
  value: string
  /** `status`: without the owner's value the app refuses; `body`: it answers otherwise */
  by: 'status' | 'body'
}

/**
 * Sends the owner's values in the headers that a proxy sets, and takes the one by which the app knows them.
 * @throws CannotGoOn where none does, or several do and the user does not say which
 */
export async function tryProxy(trying: TryingProxy): Promise<TriedLogin> {
  const { header, column, value, by } = await namedIn(trying)
  const people = peopleIn(trying)
  const name = header.name.toLowerCase()
  const from = await trying.ask({
    asks: `From which address does your proxy connect to the app (an address, or a range such as 10.0.0.5/32)? The header ${header.name} is believed from there alone.`,
    guess: HERE,
    answers: [HERE],
    takes: (said) => problemOfRange(said) === null,
    at: header.at,
  })
  const more = trying.read.map((one) => one.name.toLowerCase()).filter((one) => one !== name)
  return {
    auth: { by: 'app', proxy: { header: name, from: [from], is: column, ...(more.length > 0 && { more }) } },
    userText: '',
    password: null,
    by: { headers: { [name]: value } },
    sql: '',
    routes: [],
    guesses: [
      {
        about: 'proxy',
        says: `${header.name} names the user: it holds ${people.name}.${column}; with the owner’s the app ${by === 'status' ? 'lets them in' : 'answers as them'}`,
        sure: by === 'status' ? 'certain' : 'likely',
        at: header.at,
      },
      {
        about: 'addresses',
        says: `${header.name} is believed from ${from} alone`,
        sure: 'guess',
        at: 'auth.proxy.from',
      },
      ...(more.length > 0
        ? [
            {
              about: 'more',
              says: `${more.join(', ')}: removed too without a user`,
              sure: 'likely' as const,
              at: HOW,
            },
          ]
        : []),
    ],
    open: [
      `auth.proxy.from is ${from}${from === HERE ? ', a proxy on the same machine, since no other address was given' : ''}: before you deploy, name the address from which your proxy connects, and no range that holds other machines. A client that connects from there can name any user (${HOW})`,
      `let your proxy remove ${header.name} from what clients send before it sets its own: usertwo cannot see that from behind it`,
      `each user needs a row of ${people.name} with the ${column} that the proxy sends: without one they get 401, also where the app would have made the row itself`,
    ],
  }
}

/** Why init does not go on without a table of users. */
export const noUsers = ({ name, at }: ProxyHeader): CannotGoOn =>
  new CannotGoOn(
    `${at}: the app reads ${name}, the header of a proxy that logs users in, and its database has no table of users: make one with a unique column that holds what the header says and a row for the owner, or take the header out and let usertwo’s accounts replace the proxy’s (${HOW})`,
  )

async function namedIn(trying: TryingProxy): Promise<NamedIn> {
  const { headers, ask } = trying
  const [{ name, at }] = headers as [ProxyHeader]
  const refuse = (why: string) =>
    new CannotGoOn(
      `${at}: the app reads ${name}, the header of a proxy that logs users in, and ${why}. Change that and run init again, say --keep-login, or write the configuration by hand (${HOW}): auth: { by: 'app', proxy: { header: '${name.toLowerCase()}', from: ['${HERE}'], is: 'TODO' } }`,
    )
  const values = await ownersValues(trying)
  const { name: table } = peopleIn(trying)
  if (values.length === 0)
    throw refuse(`the owner has no value in a unique column of ${table} that a header could hold`)
  const fitting: NamedIn[] = []
  for (const header of headers)
    for (const { column, value } of values) {
      const by = await answersAs(trying, header.name, value)
      if (by) fitting.push({ header, column, value, by })
    }
  const sure = fitting.filter(({ by }) => by === 'status')
  const possible = sure.length > 0 ? sure : fitting
  if (possible.length === 0)
    throw refuse(
      `no GET route answers otherwise with the owner’s ${values.map(({ column }) => column).join(' or ')} in it`,
    )
  if (possible.length === 1) return possible[0]!
  const inWords = possible.map(({ header, column }) => `${header.name}: ${table}.${column}`)
  const said = await ask({
    asks: 'Which header of the proxy names the user, and which column holds its value?',
    guess: NONE,
    answers: [...inWords, NONE],
    at,
  })
  const chosen = possible[inWords.indexOf(said)]
  if (!chosen) throw refuse(`several may name the user: ${inWords.join(', ')}`)
  return chosen
}

/** What the owner has in the columns by which one row is found. */
async function ownersValues(trying: TryingProxy): Promise<{ column: string; value: string }[]> {
  const people = peopleIn(trying)
  const texts = uniqueColumns(people).filter((name) =>
    people.columns.some((one) => one.name === name && /char|text|citext/.test(one.baseType)),
  )
  if (texts.length === 0) return []
  const [row] = await trying.database.sql<Record<string, string | null>>(
    `select ${texts.map((name) => `${q(name)}::text`).join(', ')} from ${qualified(people)} where ${q(people.primaryKey[0]!)} = ${literal(trying.ownerId)}`,
  )
  return texts.flatMap((column) => {
    const value = row?.[column]
    return value && isOneName(value) ? [{ column, value }] : []
  })
}

/** How the app shows that it knows the owner by a header; null: it does not. */
async function answersAs(
  { target, routes }: TryingProxy,
  header: string,
  value: string,
): Promise<NamedIn['by'] | null> {
  const plain = routes
    .filter(({ method, path }) => method === 'GET' && /^\/[\w/.-]*$/.test(path))
    .slice(0, MOST)
  let byBody = false
  for (const { path } of plain) {
    const ask = (headers: Record<string, string>) =>
      target.ask('GET', path, { as: { ...ANONYMOUS, headers } }).catch(() => null)
    const as = (name: string) => ask({ [header]: name })
    const [known, again] = [await as(value), await as(value)]
    const [anonymous, unknown] = [await ask({}), await as(`x-${value}`)]
    if (!known || !again || !anonymous || !unknown || known.status >= 400) continue
    if (anonymous.status !== known.status && unknown.status !== known.status) return 'status'
    byBody ||= known.body === again.body && anonymous.body !== known.body && unknown.body !== known.body
  }
  return byBody ? 'body' : null
}
