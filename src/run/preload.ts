// Loaded with --require into each Node process below `usertwo run`, npm and npx included, before any of its code.
// What is caught is caught when it is constructed: how its file was loaded does not matter then.

import { handOn } from './children.js'
import { catchConstructors } from './constructors.js'
import { loading } from './loading.js'
import { RUN, type RunOrder } from './order.js'
import { refuseOtherDrivers } from './wire.js'

const given = process.env[RUN]
if (given) {
  const layers = loading(JSON.parse(given) as RunOrder)
  const isHooked = catchConstructors(layers)
  refuseOtherDrivers(layers, isHooked)
  handOn(RUN, (own) => own ?? given)
  for (const name of Object.keys(process.env).filter((one) => one.endsWith('USERTWO_PHASE')))
    handOn(name, (own) => own ?? process.env[name])
}
