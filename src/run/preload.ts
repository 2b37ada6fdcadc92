// Loaded with --require into each Node process below `usertwo run`, npm and npx included, before any of its code.

import { RUN } from '../core/process/own-thread.js'
import { install } from './install.js'

const given = process.env[RUN]
if (given) install(given)
