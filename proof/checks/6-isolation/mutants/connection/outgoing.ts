import * as real from '../../../../../src/phases/6-isolation/connection/wire/outgoing.js'
import { replacing } from '../../../../gate/replace/replacing.js'

type Bind = typeof real.bindOutgoing

/** Sends the texts of users' statements changed, with their values, as a layer that loses data in silence would. */
const sends =
  (text: (given: string) => string): Bind =>
  (session) => {
    real.bindOutgoing(session)
    const { wire } = session
    const { parse, query } = wire
    const own = (given: string) => (session.who?.kind === 'user' ? text(given) : given)
    wire.parse = (statement, ...more) =>
      parse.call(wire, { ...statement, text: own(statement.text) }, ...more)
    wire.query = (given) => query.call(wire, own(given))
  }

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
    /** Updates and deletes reach no row. */
    reachesNothing: {
      bindOutgoing: sends((text) =>
        /^\s*(?:update|delete)\b/i.test(text) ? text.replace(/\bwhere\b/i, 'where false and') : text,
      ),
    },
    /** An upsert leaves the row that is there as it is. */
    upsertsNothing: {
      bindOutgoing: sends((text) =>
        text.replace(/(\bon\s+conflict\b.*?)\bdo\s+update\b.*?(?=\breturning\b|$)/is, '$1do nothing '),
      ),
    },
    /** A transaction ends without its rows. */
    commitsNothing: { bindOutgoing: sends((text) => text.replace(/^\s*commit\b/i, 'rollback')) },
    /** The last text of an insert is cut to one character. */
    cutsTexts: {
      bindOutgoing(session) {
        real.bindOutgoing(session)
        const { wire } = session
        const { bind } = wire
        wire.bind = (given, ...more) => {
          const lost = session.who?.kind === 'user' && /^\s*insert\b/i.test(session.text)
          const values = lost ? [...(given.values ?? [])] : null
          const at =
            values?.findLastIndex((one) => typeof one === 'string' && !/^\s*$|^[\d.:TZ+-]+$/.test(one)) ?? -1
          if (values && at >= 0) values[at] = String(values[at]).slice(0, 1)
          bind.call(wire, values ? { ...given, values } : given, ...more)
        }
      },
    },
  } satisfies Record<string, Partial<typeof real>>,
)
