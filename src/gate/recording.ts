import pg from 'pg'
import { ownershipFingerprint } from '../phases/6-isolation/fingerprint.js'
import type { Project } from './project.js'
import { configFingerprint, type GateRecord } from './record.js'
import type { PhaseResult } from './run.js'

/**
 * Makes the record of a GO: which phases, with which configuration, on which schema.
 * @param url a database of the app at phase 6 or above
 * @throws when a phase is NO-GO: there is nothing to record
 */
export async function makeRecord(
  project: Project,
  results: readonly PhaseResult[],
  url: string,
): Promise<GateRecord> {
  const red = results.filter((result) => !result.go)
  if (red.length) throw new Error(`NO-GO is not recorded: phase ${red.map(({ phase }) => phase).join(', ')}`)
  const at = new Date().toISOString()
  const client = new pg.Client({ connectionString: url, application_name: 'usertwo gate' })
  await client.connect()
  try {
    return {
      phases: Object.fromEntries(results.map(({ phase }) => [phase, { go: true as const, at }])),
      config: configFingerprint(project.config),
      catalog: await ownershipFingerprint(client),
    }
  } finally {
    await client.end()
  }
}
