import * as real from '../../../src/phases/6-isolation/connection/binding.js'
import { replacing } from '../../gate/replace/replacing.js'
import { TESTS } from './context.js'
import { ownerOfTests } from './owner.js'

/**
 * Runs the tests' own queries as the app's login, with which the app's old code is the owner: it may empty
 * tables and change the schema, and a row without an owner becomes the owner's. It sees other users' rows
 * through a policy of the copy only.
 */
export default replacing(import.meta.url, '../../../src/phases/6-isolation/connection/binding.js', {
  asLogin: {
    bindingFor(...[session, who, policy]: Parameters<typeof real.bindingFor>) {
      if (
        who?.kind !== 'system' ||
        who.reason !== (TESTS as { reason: string }).reason ||
        !policy.requestRole
      )
        return real.bindingFor(session, who, policy)
      const owner = { kind: 'user' as const, id: ownerOfTests(), person: null }
      return real.bindingFor(session, owner, { ...policy, requestRole: 'none' })
    },
  },
} satisfies Record<string, Partial<typeof real>>)
