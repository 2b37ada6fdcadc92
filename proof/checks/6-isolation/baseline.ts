import { noteOfCounters } from '../../../src/phases/6-isolation/usage/notes.js'
import { baselineCheck } from '../../gate/traffic/baseline-check.js'
import context from './mutants/context.js'

const check = baselineCheck('isolation', [
  {
    name: 'the owner’s requests run as no user',
    names: 'answers the owner differently',
    by: { replace: [context.noUser] },
  },
])

/**
 * Replays the owner's whole recording, and reports what the layers did for it: rewritten ids, raw SQL,
 * entries into the system.
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
