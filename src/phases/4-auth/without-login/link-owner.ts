import { batched } from '../../../core/batched.js'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import { prepared } from '../../../database/prepared.js'
import type { Incoming } from '../../../express/handler.js'
import type { AskedLink, LinkRoute } from '../../../express/without-login/link-route.js'
import { addressGroup, clientAddress } from '../../2-hardening/requests/client-address.js'
import { addressFailures } from '../attempts/limits.js'
import { places, tooMany } from '../attempts/places.js'
import { noteRefusal } from '../audit.js'
import { linkTable } from './link-tables.js'

/** Wrong tokens of a minute from one address. The readers of many feeds may share one: a password allows five. */
const GUESSES = { name: 'link', most: 30 }

/**
 * Returns the owner of a link's token, looked up in the app's table as the system. Wrong tokens are limited by address.
 *
 * @throws Problem `not_found` for every token that opens nothing: an unknown one, a revoked one, text that cannot be one;
 *   `rate_limited`; `unavailable`
 */
export function linkOwner(kit: Kit): (req: Incoming, asked: AskedLink) => Promise<UserId> {
  const guesses = places(addressFailures(kit, GUESSES), kit.clock)
  const finders = new Map<LinkRoute, (token: string) => Promise<UserId | null>>()

  const find = async ({ link, token }: AskedLink): Promise<UserId | null> => {
    const finder = finders.get(link) ?? ownerFinder(kit, link)
    finders.set(link, finder)
    return token === null ? null : await finder(token)
  }

  return async (req, asked) => {
    const place = await guesses.take(addressGroup(clientAddress(req, kit.settings.TRUST_PROXY)))
    if (typeof place === 'number') {
      noteRefusal(kit, req, 'throttled')
      throw tooMany(place)
    }
    let owner: UserId | null | undefined
    try {
      owner = await find(asked)
    } catch (error) {
      kit.report(error, req)
      throw new Problem('unavailable')
    } finally {
      await place.settle(owner === null).catch((error) => kit.report(error, req))
    }
    if (owner === null) throw new Problem('not_found')
    return owner
  }
}

/** Finds the owner of a token's row; null: there is no such row, or its owner may not log in. */
function ownerFinder(kit: Kit, link: LinkRoute): (token: string) => Promise<UserId | null> {
  const { text, fits, name } = linkTable(kit, link)
  const { ask, letGo } = prepared<{ token: string; owner: UserId }>(
    kit.db,
    name,
    () => kit.preparesStatements,
  )
  const find = batched(async (tokens: readonly string[]) => {
    const rows = await ask(text, [[...new Set(tokens)]])
    return tokens.map((token) => {
      const found = rows.filter((row) => row.token === token)
      if (found.length > 1)
        kit.report(new Error(`${link.text}: ${found.length} rows of ${link.table} have one token`))
      return found.length === 1 ? found[0]!.owner : null
    })
  }, letGo)
  return async (token) => (fits(token) ? await find(token) : null)
}
