import { withClient } from '../../src/database/with-client.js'
import type { Clone } from '../postgres/throw-away.js'
import type { Templates } from './templates.js'

/** Databases of one check besides its own, removed together. */
export interface Copies {
  /** a copy at a phase */
  at(phase: number): Promise<Clone>
  /** a copy as the app's own migrations and seed have left it, with the SQL of the mutant */
  unmigrated(): Promise<Clone>
  drop(): Promise<void>
}

export function openCopies(templates: Pick<Templates, 'clone'>, sql?: string): Copies {
  const copies: Clone[] = []
  const at = async (phase: number) => {
    const copy = await templates.clone(phase)
    copies.push(copy)
    return copy
  }
  return {
    at,
    unmigrated: async () => {
      const copy = await at(0)
      if (sql) await withClient(copy.adminUrl, 'gate', (client) => client.query(sql))
      return copy
    },
    drop: async () => {
      for (const copy of copies) await copy.drop()
    },
  }
}
