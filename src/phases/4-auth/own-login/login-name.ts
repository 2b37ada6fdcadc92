import type { Config } from '../../../config/config.js'
import type { Incoming } from '../../../express/handler.js'
import { peekBody } from '../../../express/peek-body.js'
import { normalised } from '../accounts/accounts.js'

type Login = NonNullable<Config['auth']['login']>

/** A login form has a name and a password; what is longer is left to the app. */
const LONGEST_FORM = 16_384

/** Returns the login name as typed; empty where the app has not read the body, or it has none. */
export function loginNameIn(req: Incoming, { fields }: Login): string {
  // passport-local takes the query where the body has nothing, and `String()` makes a name of a list.
  for (const part of [req.body, (req as { query?: unknown }).query]) {
    const name = nameOf(part, fields.user)
    if (name !== '') return name
  }
  return ''
}

/** The same for a handler that reads the body itself, as better-auth does: the body stays there for it. */
export async function loginNameInBody(req: Incoming, { fields }: Login): Promise<string> {
  if (req.body !== undefined) return ''
  const text = await peekBody(req, LONGEST_FORM)
  if (text === null) return ''
  const type = String(req.headers['content-type'] ?? '')
  if (/^application\/x-www-form-urlencoded/i.test(type))
    return normalised(new URLSearchParams(text).get(fields.user) ?? '')
  try {
    return nameOf(JSON.parse(text), fields.user)
  } catch {
    return '' // no JSON: the app refuses it
  }
}

const nameOf = (given: unknown, field: string) =>
  normalised(String((given as Record<string, unknown> | null | undefined)?.[field] ?? ''))
