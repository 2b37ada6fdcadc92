import { type Config, unenforcedIn } from '../../../config/config.js'
import { isOn, PHASES } from '../../../config/dial.js'
import type { Queryable } from '../../../database/catalog/ask.js'
import type { RecordAtStart } from '../../../record/at-start.js'
import { configPrint } from '../../../record/config-print.js'
import { schemaNow } from './fingerprint.js'

/**
 * Returns why the recorded GO does not apply to the app at this dial, on this database; null if it does. The
 * start then closes registration, and `usertwo status` reports it.
 * @param client on the app's database, migrated to the dial
 */
export async function recordedGoProblem(
  client: Queryable,
  record: Pick<RecordAtStart, 'problem'>,
  config: Config,
  dial: number,
): Promise<string | null> {
  if (dial === 0) return null
  const isolated = isOn('isolation', dial)
  const schema = isolated ? await schemaNow(client) : null
  const open = isolated ? unenforcedIn(config).map(([table, at]) => `${table} (${at})`) : []
  // Phases after isolation separate no further rows, so the GO of isolation opens registration.
  const phase = isolated ? PHASES.indexOf('isolation') + 1 : dial
  const problem = record.problem(phase, configPrint(config), schema, open)
  if (!problem || !isolated) return problem
  const { uniquesForAll } = await import('./uniques-for-all.js')
  const forAll = await uniquesForAll(client, config)
  return forAll.length
    ? `${problem}; ${forAll.join(', ')} still holds for all users together: run usertwo migrate up --contract, after which the dial cannot go below 6, and restart`
    : problem
}
