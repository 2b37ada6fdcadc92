import { unhookedAt } from '../../../reading/facts/unhooked.js'
import { type Rule, SERVER } from './rule.js'

/** A driver of PostgreSQL that is not pg; a library that mixes users in some versions is the start's to tell. */
export const unhookedLibrary: Rule = {
  kind: 'unhooked-library',
  where: SERVER,
  look(node, parents) {
    const loaded = unhookedAt(node, parents)
    return loaded && !loaded.isSometimes ? loaded.what : null
  },
}
