// Loaded with --require into each worker thread of an app that is, or may turn out to be, at phase 6 or above,
// before any of its code.

import { openedBy, watchConnections } from '../../../core/process/connections.js'
import { sharedSoFar } from '../../../core/process/store.js'
import { ScopeError } from '../../../core/scope-error.js'
import { areSeparated, guardThreads } from './threads.js'

watchConnections({
  introducing(socket) {
    // From `startWorker(config)` on, the layers of this thread decide.
    const hasLayers = () => Boolean(sharedSoFar<{ now: unknown }>('enforcement')?.now)
    if (hasLayers()) return null
    const refusal = new ScopeError(
      'unhooked_library',
      `A worker thread (${process.argv[1] ?? 'eval'}) opened a connection to PostgreSQL by ${openedBy()} without the layers: its rows cannot be kept apart. In the thread call scope(db) and await startWorker(config) first, or ask the database in the main thread.`,
    )
    // A thread of an app that is still loading: its connection ends when the app turns out to have several users.
    const separated = areSeparated(() => hasLayers() || socket.destroy(refusal))
    return separated ? refusal : null
  },
})
guardThreads()
