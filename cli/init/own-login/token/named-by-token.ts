import type { AnsweredLogin } from '../logged-in.js'
import type { LoginRoute } from '../read-login.js'
import { expressionOf, type NamedBy } from '../read-user.js'
import { unreadable } from '../tried-login.js'
import { NONE, type Trying } from '../trying.js'

/** What names the user: what the sources put on the request, with the claim that holds the owner's id. */
export async function namedByToken(
  { read, ownerId, ask }: Pick<Trying, 'read' | 'ownerId' | 'ask'>,
  { token }: AnsweredLogin,
): Promise<{ by: NamedBy; sure: 'certain' | 'likely' }> {
  const claims = token ? claimsOf(token) : {}
  const found = read.users.flatMap((one) =>
    one.member === 'claim'
      ? membersWith(ownerId, one.claim ? claims[one.claim] : claims).map((member) => ({ ...one, member }))
      : [one],
  )
  const [first, second] = found
  if (!first)
    throw unreadable(read, `the token of the owner holds no id of theirs: ${Object.keys(claims).join(', ')}`)
  if (!second) {
    const isClaim = read.users.some(({ key, member }) => key === first.key && member === 'claim')
    return { by: first, sure: isClaim ? 'certain' : 'likely' }
  }
  const answers = found.map((one) => expressionOf(one, 'id'))
  const asks = 'What of a request is the id of its user?'
  const said = await ask({ asks, guess: NONE, answers: [...answers, NONE], at: first.at })
  const by = found[answers.indexOf(said)]
  if (!by) throw unreadable(read, `several members of the request may name its user: ${answers.join(', ')}`)
  return { by, sure: 'certain' }
}

/** The members of what a request keeps that are the id; null: it is the id itself. */
function membersWith(id: number | string, kept: unknown): (string | null)[] {
  const is = (value: unknown) => String(value) === String(id)
  if (typeof kept !== 'object' || kept === null) return is(kept) ? [null] : []
  return Object.entries(kept).flatMap(([name, value]) => (is(value) ? [name] : []))
}

/** The claims of a JWT, whose signature the app checks; empty: another kind of token. */
function claimsOf(token: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())
  } catch {
    return {}
  }
}

/** What the user must know of a login by a token. @param lasting a logout that leaves the token valid */
export function tokenPoints({ token }: AnsweredLogin, lasting: LoginRoute | undefined): string[] {
  if (token === null) return []
  const left = lasting
    ? `${lasting.at}: ${lasting.method} ${lasting.path} leaves the token valid, so auth.logout is not written and no gate tries it: `
    : ''
  return [
    `${left}a token of the app is valid until it expires, unless the app keeps a list of ended ones: usertwo ends none, not at a logout, and not when a password or a role changes`,
  ]
}
