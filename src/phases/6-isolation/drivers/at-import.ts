// Imported first by the package: an app that reads the class `Worker` from worker_threads while it loads
// would otherwise get the one without the guard.

import { isOn } from '../../../config/dial.js'
import { guardThreads } from './threads.js'

const says = Object.entries(process.env).some(
  ([name, value]) => name.endsWith('USERTWO_PHASE') && isOn('isolation', Number(value)),
)
if (says) guardThreads()
