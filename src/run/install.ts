import { openedBy, unreached, watchConnections } from '../core/process/connections.js'
import { watchNative } from '../core/process/native.js'
import { RUN } from '../core/process/own-thread.js'
import { handOn } from './children.js'
import { catchConstructors } from './constructors.js'
import { fail, Refusal, say } from './fail.js'
import { type Layers, loading } from './loading.js'
import type { RunOrder } from './order.js'

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

/** Refuses PostgreSQL connections that are not made by a caught pg client, because their rows could not be separated. */
function refuseOtherDrivers({ toolkit }: Layers): () => void {
  const undo = [
    watchConnections({
      introducing() {
        if (!toolkit()?.isolates) return null
        const words = unreached(openedBy())
        say(words)
        return new Refusal(words)
      },
    }),
    watchNative(({ message }) => {
      if (toolkit()?.isolates) fail(new Refusal(message))
    }),
  ]
  return () => {
    for (const step of undo) step()
  }
}
