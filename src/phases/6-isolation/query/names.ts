import { memoise } from '../../../core/memoise.js'
import type { KnexClient } from './knex/knex-internals.js'

/** A table or column name as the database will read it. */
export interface Name {
  /** `threads` of `s.threads as t`. */
  readonly name: string
  /** `t` of `s.threads as t`; without an alias the name. */
  readonly alias: string
  /** The alias as the app spelled it: predicates use it, because knex converts it again. */
  readonly spelled: string
  /** `s` of `s.threads as t`, `t` of `t.user_id`. */
  readonly qualifier: string | null
}

/**
 * Reads an identifier the way knex's formatter will: ` as ` in any case, dots, blanks around the parts, and
 * the app's own `wrapIdentifier` (`userId` → `user_id`), which may depend on the query context.
 */
export function readName(client: KnexClient, text: string, queryContext?: unknown): Name {
  if (!client.config?.wrapIdentifier) return plainName(text)
  return nameOf(text, (part) => client.customWrapIdentifier(part, (same) => same, queryContext))
}

/** Without a `wrapIdentifier` of the app a text always reads the same. */
const plainName = memoise((text) => nameOf(text, (part) => part))

function nameOf(text: string, wrapped: (part: string) => string): Name {
  const plain = (part: string) => wrapped(part.trim())
  const at = text.search(/ as /i)
  const path = (at < 0 ? text : text.slice(0, at)).split('.')
  const last = path[path.length - 1]!.trim()
  const spelled = at < 0 ? last : text.slice(at + 4).trim()
  return {
    name: plain(last),
    alias: plain(spelled),
    spelled,
    qualifier: path.length > 1 ? plain(path[path.length - 2]!) : null,
  }
}
