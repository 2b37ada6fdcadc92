import { openedBy, unreached, watchConnections } from '../core/process/connections.js'
import { watchNative } from '../core/process/native.js'
import { fail, Refusal, say } from './fail.js'
import type { Layers } from './loading.js'

/** Refuses PostgreSQL connections that are not made by a caught pg client, because their rows could not be separated. */
export function refuseOtherDrivers({ toolkit }: Layers): () => void {
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
