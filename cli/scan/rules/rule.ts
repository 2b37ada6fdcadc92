import type { Role } from '../../../reading/app/roles.js'
import type { Source } from '../../../reading/syntax/sources.js'
import type { Node } from '../../../reading/syntax/tree.js'
import type { KindId } from '../kinds.js'

/** What makes a finding of a node of the source. */
export interface Rule {
  kind: KindId
  /** in which files it looks */
  where: readonly Role[]
  /** what is seen at a node, in words; null: nothing */
  look(node: Node, parents: readonly Node[], source: Source): string | null
}

export const SERVER: readonly Role[] = ['server']
