import { noteOfCounters } from '../../../src/phases/6-isolation/usage/notes.js'
import { baselineCheck } from '../../gate/traffic/baseline-check.js'
import context from './mutants/context.js'

const check = baselineCheck('isolation', [
  {
    name: 'the owner is bound to nobody',
    names: 'answers the owner otherwise',
    by: { replace: [context.nobody] },
  },
])

/**
 * The owner's whole day, and what the layers had to do for it: rewritten ids, raw SQL, entries into the
 * system.
 */
export const isolationBaseline: typeof check = {
  ...check,
  async run(gate) {
    const found = await check.run(gate)
    return {
      ...found,
      notes: [...(found.notes ?? []), ...noteOfCounters(await (await gate.app()).counters())],
    }
  },
}
