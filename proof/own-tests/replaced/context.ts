import type { AsyncLocalStorage } from 'node:async_hooks'
import type * as real from '../../../src/core/context.js'
import type { Acting } from '../../../src/core/context.js'
import { shared } from '../../../src/core/process/store.js'
import { replacing } from '../../gate/replace/replacing.js'

/** The actor for the code of tests, outside every request. */
export const TESTS: Acting = { kind: 'system', reason: 'the app’s own tests' }

/**
 * Treats queries outside every request as the tests' own: tests prepare rows and look at them with their own
 * handle, as they did when there was one user. An unauthenticated request stays unauthenticated.
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
