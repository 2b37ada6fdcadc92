// Loaded with --require into each worker thread of an app at phase 6 or above, before any of its code.

import { openedBy, watchConnections } from '../../../core/process/connections.js'
import { sharedSoFar } from '../../../core/process/store.js'
import { ScopeError } from '../../../core/scope-error.js'
import { guardThreads } from './threads.js'

watchConnections({
  introducing() {
    // From `startWorker(config)` on, the layers of this thread decide.
    const layers = sharedSoFar<{ now: unknown }>('enforcement')
    if (layers?.now) return null
    return new ScopeError(
      'unhooked_library',
      `A worker thread (${process.argv[1] ?? 'eval'}) opened a connection to PostgreSQL by ${openedBy()} without the layers: its rows cannot be kept apart. In the thread call scope(db) and await startWorker(config) first, or ask the database in the main thread.`,
    )
  },
})
guardThreads()
