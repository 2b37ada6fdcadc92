import type { AsyncLocalStorage } from 'node:async_hooks'
import type * as real from '../../../src/core/context.js'
import type { Acting } from '../../../src/core/context.js'
import { shared } from '../../../src/core/process/store.js'
import { replacing } from '../../gate/replace/replacing.js'

/** Whom the code of tests acts for, outside every request. */
export const TESTS: Acting = { kind: 'system', reason: 'the app’s own tests' }

/**
 * What is asked outside every request is the tests' own: they prepare rows and look at them with a handle of theirs, as
 * they did when there was one user. A request that is nobody's stays nobody's.
 */
export default replacing(import.meta.url, '../../../src/core/context.js', {
  asTests: {
    acting() {
      const { store } = shared<{ store: AsyncLocalStorage<Acting | null> }>('context', () => {
        throw new Error('the context is made when its module is loaded')
      })
      const who = store.getStore()
      return who === undefined ? TESTS : who
    },
  },
} satisfies Record<string, Partial<typeof real>>)
