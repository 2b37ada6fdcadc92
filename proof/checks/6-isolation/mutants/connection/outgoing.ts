import * as real from '../../../../../src/phases/6-isolation/connection/wire/outgoing.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(
  import.meta.url,
  '../../../../../src/phases/6-isolation/connection/wire/outgoing.js',
  {
    /**
     * Imitates a server that answers a query text and keeps its transaction open, for the text that the start
     * tries.
     */
    leftOpen: {
      bindOutgoing(session) {
        real.bindOutgoing(session)
        const { wire, awaits } = session
        const { query } = wire
        wire.query = (text) => {
          const open = session.pending !== null && text.includes('pg_current_xact_id')
          query.call(wire, open ? `begin; ${text}` : text)
          if (open) awaits.push((event) => event === 'commandComplete' && Boolean(awaits.shift()))
        }
      },
    },
  } satisfies Record<string, Partial<typeof real>>,
)
