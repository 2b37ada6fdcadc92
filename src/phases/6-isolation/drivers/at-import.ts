// Imported first by the package: an app that reads the class `Worker` from worker_threads while it loads
// would otherwise get the one without the guard.

import { guardThreads } from './threads.js'

guardThreads()
