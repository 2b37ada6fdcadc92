import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { onlyTheOwner } from './job-kit.js'

const PAGE = 500

/** Yields every user, by id; read page by page, so that a round over many users is not one long query. */
export async function* everyUser(kit: Kit): AsyncGenerator<UserId, void, void> {
  const { table, id: key } = kit.config.users
  if (onlyTheOwner(kit)) return yield kit.config.owner.id
  let last: UserId | undefined
  for (;;) {
    const page = kit.db(table).orderBy(key).limit(PAGE)
    if (last !== undefined) page.where(key, '>', last)
    const ids: UserId[] = await page.pluck(key)
    yield* ids
    if (ids.length < PAGE) return
    last = ids.at(-1)
  }
}
