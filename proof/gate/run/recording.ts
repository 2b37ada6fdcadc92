import { isDeepStrictEqual } from 'node:util'
import { ownVersion } from '../../../src/core/own-package.js'
import { withClient } from '../../../src/database/with-client.js'
import { schemaNow } from '../../../src/phases/6-isolation/start/fingerprint.js'
import { configPrint } from '../../../src/record/config-print.js'
import { lockfileFingerprint, routesFingerprint } from '../../../src/record/fingerprints.js'
import { type Bound, boundTo, type GateRecord, type PhaseGo } from '../../../src/record/record.js'
import { filesPrint } from '../kept/app-files.js'
import type { Project } from '../project.js'
import type { PhaseResult } from './run-phase.js'

/** The first phase whose schema usertwo has changed. */
const ISOLATION = 6

/** Returns what a GO of today is bound to, except for the schema, which only a database has. */
export function boundNow({
  config,
  folder,
}: Pick<Project, 'config' | 'folder'>): Required<Omit<Bound, 'schema'>> {
  return {
    config: configPrint(config),
    routes: routesFingerprint(folder),
    lockfile: lockfileFingerprint(folder)?.print ?? null,
    files: filesPrint(folder),
    usertwo: ownVersion(),
  }
}

/**
 * Builds the record of a GO: for each phase, with which configuration, routes, dependencies and files, and on
 * which schema.
 *
 * @param url a database of the app at phase 6 or above; null if no phase above 5 is among the results
 * @throws if a phase is NO-GO, which is not recorded
 */
export async function makeRecord(
  project: Pick<Project, 'config' | 'folder'>,
  results: readonly Pick<PhaseResult, 'phase' | 'go'>[],
  url: string | null,
): Promise<GateRecord> {
  const red = results.filter((result) => !result.go)
  if (red.length) throw new Error(`NO-GO is not recorded: phase ${red.map(({ phase }) => phase).join(', ')}`)
  const at = new Date().toISOString()
  const now = boundNow(project)
  const schema = url === null ? null : await withClient(url, 'gate', schemaNow)
  const phases = results.map(({ phase }) => {
    if (phase >= ISOLATION && !schema) throw new Error(`the schema of phase ${phase} is missing`)
    return [phase, { go: true as const, at, ...now, schema: phase < ISOLATION ? null : schema }]
  })
  return { format: 3, phases: Object.fromEntries(phases) }
}

/** Returns the GO of a phase in a record, if it was observed with the same as `go`; null: the record has no such one. */
export function sameGoIn(record: GateRecord | null, phase: string, go: PhaseGo): PhaseGo | null {
  const former = record?.format === 3 ? record.phases[phase] : undefined
  return former && isDeepStrictEqual({ ...former, at: go.at }, go) ? former : null
}

/**
 * Returns a record with the GOs of both; a phase of `fresh` replaces that of `kept`. Each phase keeps its own
 * fingerprints.
 */
export function withPhasesOf(fresh: GateRecord, kept: GateRecord | null): GateRecord {
  if (!kept) return fresh
  const older = Object.keys(kept.phases).flatMap((phase) => {
    const bound = boundTo(kept, Number(phase))
    if (!bound) return []
    const { config, routes, schema, lockfile, files, usertwo } = bound
    const { at } = kept.phases[phase]!
    const prints = {
      config,
      routes,
      schema: Number(phase) < ISOLATION ? null : schema,
      lockfile,
      files,
      usertwo,
    }
    return [[phase, { go: true as const, at, ...prints }]]
  })
  return { format: 3, phases: { ...Object.fromEntries(older), ...fresh.phases } }
}
