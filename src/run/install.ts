import { RUN } from '../core/process/own-thread.js'
import { handOn } from './children.js'
import { catchConstructors } from './constructors.js'
import { loading } from './loading.js'
import type { RunOrder } from './order.js'
import { refuseOtherDrivers } from './wire.js'

/** Hooks this process. Objects are caught when they are constructed, however their file was loaded. @returns undo */
export function install(given: string): () => void {
  const layers = loading(JSON.parse(given) as RunOrder)
  const undo = catchConstructors(layers)
  const dials = Object.keys(process.env).filter((name) => name.endsWith('USERTWO_PHASE'))
  const steps = [
    undo,
    refuseOtherDrivers(layers),
    handOn(RUN, (own) => own ?? given),
    ...dials.map((name) => handOn(name, (own) => own ?? process.env[name])),
  ]
  return () => {
    for (const step of steps) step()
  }
}
