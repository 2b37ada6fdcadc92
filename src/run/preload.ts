// Loaded with --require into each Node process below `usertwo run`, npm and npx included, before any of its code.
import { install } from './install.js'
import { RUN } from './order.js'

const given = process.env[RUN]
if (given) install(given)
