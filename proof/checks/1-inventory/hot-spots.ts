import { fileURLToPath } from 'node:url'
import { readSources } from '../../../reading/syntax/sources.js'
import { INVENTORY_FILE } from '../../../src/record/fingerprints.js'
import type { Check, Evidence } from '../../gate/check.js'
import { findHotSpots, type HotSpot } from '../../inventory/hot-spots.js'
import { readInventory } from '../../inventory/lock-file.js'

/** Kinds that are wrong as soon as a second user exists; a developer must have seen each of them. */
const LOCKED: ReadonlySet<HotSpot['kind']> = new Set(['owner-id', 'shared-lock'])

export const hotSpots: Check = {
  id: 'inventory.hot-spots',
  title: 'The inventory lists every hard-coded owner id and shared lock; no SQL contains an owner id',
  proves: ['I2'],
  fix: 'Look at the places named below. If a new one is intended, run: usertwo inventory --write, and commit the file. An owner id in SQL text cannot be replaced at run time: bind the current user there, or use the query builder.',
  async run({ folder, config, edits }) {
    const { server, client, unread } = await readSources(folder, config, edits)
    const wanted = ({ kind }: HotSpot) => LOCKED.has(kind)
    const found = findHotSpots({ server, client }, [], config).filter(wanted)
    const locked = readInventory(folder).hotSpots.filter(wanted)
    const problems: Evidence[] = [
      ...without(found, locked).map(({ kind, at, what }) => ({
        what: `${kind} that is not in ${INVENTORY_FILE}: ${what}`,
        at,
      })),
      ...without(locked, found).map(({ kind, at, what }) => ({
        what: `${kind} in ${INVENTORY_FILE} that the code no longer has: ${what}`,
        at,
      })),
      ...found
        .filter(({ kind, what }) => kind === 'owner-id' && what.startsWith('SQL: '))
        .map(({ at, what }) => ({ what: `the owner’s id is in SQL text, ${what.slice(5)}`, at })),
      ...unread.map(({ file, why }) => ({
        what: `not readable, so nothing in it was seen: ${why}`,
        at: file,
      })),
    ]
    return {
      exercised: server.length,
      unit: 'sources',
      problems,
      notes: found.map(({ kind, at, what }) => `${kind} ${at} ${what}`),
    }
  },
  mutants: [
    {
      name: 'a file with a shared lock that is not listed',
      names: 'shared-lock that is not in',
      by: {
        config: (config) => ({
          ...config,
          app: { ...config.app, start: [...config.app.start, LOCKING] },
        }),
      },
    },
  ],
}

/** A source of usertwo that holds a lock. It plays a file added to the app. */
const LOCKING = fileURLToPath(new URL('../../../src/database/migrations/session.js', import.meta.url))

/**
 * Returns the entries of `some` that have no partner in `others`. A line may move, but its text may not
 * change or occur more often.
 */
function without(some: readonly HotSpot[], others: readonly HotSpot[]): HotSpot[] {
  const nameOf = ({ kind, at, what }: HotSpot) => `${kind} ${at.replace(/:\d+$/, '')} ${what}`
  const left = new Map<string, number>()
  for (const one of others) left.set(nameOf(one), (left.get(nameOf(one)) ?? 0) + 1)
  return some.filter((one) => {
    const count = left.get(nameOf(one)) ?? 0
    left.set(nameOf(one), count - 1)
    return count <= 0
  })
}
