import { ownedIn } from '../../../src/config/config.js'
import { literal, q, quotedTable } from '../../../src/database/quoted.js'
import { campaignApp } from '../../attack/campaign/campaign.js'
import { holdRowsOf, IN_PROCESS, standsAt, waitsFor } from '../../attack/concurrency/blocked.js'
import { hasWritingRoute } from '../../attack/concurrency/writing.js'
import { fixtureKeys } from '../../attack/fixture/rows.js'
import { openWorld } from '../../attack/fixture/world.js'
import { withOwnIds } from '../../attack/payloads/swapped-ids.js'
import { type Answer, curl } from '../../gate/app/http.js'
import type { Check, Evidence, Mutant } from '../../gate/check.js'
import { distinctBy } from '../../gate/distinct.js'
import type { Gate, Member, Target } from '../../gate/gate.js'
import { nextAddress } from '../../gate/people/addresses.js'
import { EPOCH } from '../../gate/templates.js'
import { Correlation } from '../../gate/traffic/correlation.js'
import type { Exchange } from '../../gate/traffic/exchange.js'
import { clockOf } from '../../gate/traffic/har.js'
import { send } from '../../gate/traffic/send.js'
import requireUser from './mutants/requests/require-user.js'

/**
 * Replays the owner's recording while a lock is held on the owner's rows, and each request again as a new
 * user without rows. While the owner's request waits for the lock, the second user sends the same request for
 * their own rows, to the same process and to another one. They get an answer, or they wait for something else
 * that the owner's request holds.
 */
export const sharedLocks: Check = {
  id: 'isolation.shared-locks',
  title: 'No user waits for a lock or queue that another user’s request holds',
  proves: ['T2'],
  fix: 'Give each user a lock or queue of their own: put the user’s id in its key. One client of pg that all requests share is such a queue: use a Pool. Until then: a waiver that names the part.',
  timeout: 240_000,
  async run(gate) {
    const how = campaignApp()
    const world = await openWorld(gate, how)
    const { owner, other, ranges, tables } = world
    const processes: [string, Target][] = [
      ['the same process', world.target],
      ['another process', await gate.app({ ...how, instance: 'second' })],
    ]
    const problems: Evidence[] = []
    let blocked = 0

    /** Sends a request as the owner and, while it waits, as the second user; returns the owner's answer. */
    const both = async (exchange: Exchange, clock: number): Promise<Answer> => {
      const known = new Set((await fixtureKeys(gate.database, tables, owner.id)).keys())
      const own = { ...exchange, ...withOwnIds(exchange, known, world.mapping)?.request }
      const route = exchange.route ?? `${exchange.method} ${exchange.path.split('?')[0]}`
      await ranges.take('owner')
      const held = await holdRowsOf(gate, tables, owner)
      const first = send(world.target, exchange, clock, elsewhere(owner))
      const open: Promise<unknown>[] = [first]
      try {
        if (await standsAt(gate, held, first)) {
          blocked++
          await ranges.take('other')
          for (const [where, target] of processes) {
            const answer = send(target, own, clock, elsewhere(other))
            open.push(answer)
            const askElse = () => target.ask('GET', gate.config.app.health)
            const found = await waitsFor(gate, held, answer, askElse)
            if (found === null) continue
            const asOther = { as: other, body: own.request.body ?? undefined }
            problems.push({
              what: `in ${where} the second user waits for as long as a request of the owner takes: ${found}`,
              part: found === IN_PROCESS ? `${found}: ${route}` : found,
              route,
              curl: curl(target.url, own.method, own.path, asOther),
            })
          }
          await ranges.take('owner')
        }
      } finally {
        await held.letGo()
        await Promise.allSettled(open)
      }
      return (await first).answer
    }

    const traffic = await gate.traffic()
    const waived = waivedParts(gate)
    const isOver = () =>
      gate.signal.aborted || (gate.proving && problems.some(({ part = '' }) => !waived.includes(part)))
    const rows = new Correlation()
    for (const [at, exchange] of traffic.entries()) {
      if (isOver()) break
      const answer = await both(rows.request(exchange), clockOf(EPOCH, at))
      rows.learn(exchange.response.body, answer.body)
      rows.follow(exchange.response, answer)
    }
    for (const [at, exchange] of traffic.entries()) {
      if (isOver()) break
      await emptied(gate, [owner, other])
      await both(exchange, clockOf(EPOCH, at))
    }
    const notes = [`${blocked} requests of the owner were stopped in the middle`]
    const found = {
      unit: 'requests',
      problems: distinctBy(problems, ({ what, part }) => `${what} ${part}`),
      notes,
    }
    return blocked === 0 && !(await hasWritingRoute(gate))
      ? { ...found, exercised: 0, nothingToDo: 'the app has no route that writes, and none waited for a row' }
      : { ...found, exercised: blocked * processes.length }
  },
  mutants: (config): [Mutant, ...Mutant[]] => [
    {
      name: 'requests of all users wait in one queue',
      names: 'queue in the process',
      by: { replace: [requireUser.oneQueue] },
    },
    {
      name: 'new rows take one lock for all users',
      names: 'advisory lock 4711',
      by: {
        sql: `create function public.usertwo_stall() returns trigger language plpgsql as
            $$ begin perform pg_advisory_xact_lock(4711); return new; end $$;
          ${ownedIn(config)
            .map(
              ([table]) => `create trigger usertwo_stall before insert or update on ${quotedTable(table)}
                for each row execute function public.usertwo_stall();`,
            )
            .join(' ')}`,
      },
    },
  ],
  additions: [
    {
      name: 'requests of all users wait in one queue, each for a row',
      names: 'queue in the process',
      by: { replace: [requireUser.oneQueueAtARow] },
    },
  ],
}

/** Deletes all rows of the given users, except from tables with one row per user. */
async function emptied({ database, config }: Gate, people: readonly Member[]): Promise<void> {
  const ids = people.map(({ id }) => literal(id)).join(', ')
  const deletes = ownedIn(config)
    .filter(([, { perUser }]) => !perUser)
    .map(([name, { owner }]) => `delete from ${quotedTable(name)} where ${q(owner)}::text in (${ids})`)
  // Statements in one query text run as one transaction.
  await database.sql(`set local session_replication_role = replica; ${deletes.join('; ')}`)
}

/** Gives each request a new client address, so that the app's own limits by address do not answer. */
const elsewhere = (person: Member) => ({ ...person, address: nextAddress() })

const waivedParts = ({ config }: Gate) =>
  config.waivers.flatMap(({ check, parts = [] }) => (check === sharedLocks.id ? parts : []))
