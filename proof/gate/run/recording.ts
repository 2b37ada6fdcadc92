import { withClient } from '../../../src/database/with-client.js'
import { schemaNow } from '../../../src/phases/6-isolation/start/fingerprint.js'
import { configPrints } from '../../../src/record/config-prints.js'
import { lockfileFingerprint, routesFingerprint } from '../../../src/record/fingerprints.js'
import type { GateRecord } from '../../../src/record/record.js'
import type { Project } from '../project.js'
import type { PhaseResult } from './run-phase.js'

/**
 * Builds the record of a GO: which phases, with which configuration, routes and dependencies, on which
 * schema.
 *
 * @param url a database of the app at phase 6 or above; null if the record ends below
 * @throws if a phase is NO-GO, which is not recorded
 */
export async function makeRecord(
  project: Project,
  results: readonly PhaseResult[],
  url: string | null,
): Promise<GateRecord> {
  const red = results.filter((result) => !result.go)
  if (red.length) throw new Error(`NO-GO is not recorded: phase ${red.map(({ phase }) => phase).join(', ')}`)
  const at = new Date().toISOString()
  return {
    phases: Object.fromEntries(results.map(({ phase }) => [phase, { go: true as const, at }])),
    format: 2,
    config: configPrints(project.config).print,
    routes: routesFingerprint(project.folder),
    schema: url === null ? null : (await withClient(url, 'gate', schemaNow)).own,
    lockfile: lockfileFingerprint(project.folder)?.print ?? null,
  }
}
