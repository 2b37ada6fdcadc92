import { noteOfCounters } from '../../../src/phases/6-isolation/usage/notes.js'
import { ownedTables } from '../../attack/fixture/rows.js'
import { baselineCheck, replayOrStale } from '../../gate/traffic/baseline-check.js'
import context from './mutants/context.js'
import { ignoredIn, storedMutants } from './stored/mutants.js'
import { watchStored } from './stored/stored-rows.js'

const check = baselineCheck('isolation', [
  {
    name: 'the owner’s requests run as no user',
    names: 'answers the owner differently',
    by: { replace: [context.noUser] },
  },
  ...storedMutants,
])

/**
 * Replays the owner's whole recording, compares the rows and cookies that it leaves behind with those of the app as it was, and
 * reports what the layers did for it: rewritten ids, raw SQL, entries into the system.
 */
export const isolationBaseline: typeof check = {
  ...check,
  title:
    'The owner is answered, and their rows are stored, as without usertwo, except for what the phases have declared',
  fix: `${check.fix} Rows that differ: compare the two below; a key that differs is one that requests choose, see isolation.chosen-keys.`,
  timeout: 180_000,
  async run(gate) {
    const watched = await watchStored(gate)
    const found = await replayOrStale(gate, watched.more)
    if (found.stale) return found
    const target = await gate.app()
    const [counters, statements] = [await target.counters(), (await target.statements()) ?? []]
    // Its workers must not take the jobs of the app that is compared with it.
    await target.stop()
    const lost = await watched.lost()
    return {
      ...found,
      problems: [...found.problems, ...lost.problems],
      notes: [...(found.notes ?? []), ...noteOfCounters(counters), ...lost.notes],
      ignored: ignoredIn(statements, await ownedTables(gate.database, gate.config), lost.cookies),
    }
  },
}
