// Imported first by the package: an app that takes the class `Worker` out of worker_threads when it is loaded would
// get the one without the guard later.

import { isOn } from '../../../config/dial.js'
import { guardThreads } from './threads.js'

const says = Object.entries(process.env).some(
  ([name, value]) => name.endsWith('USERTWO_PHASE') && isOn('isolation', Number(value)),
)
if (says) guardThreads()
