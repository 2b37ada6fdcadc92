import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { sameGoIn } from '../../proof/gate/run/recording.js'
import { phases } from '../../src/phases/index.js'
import {
  type Bound,
  boundTo,
  type GateRecord,
  type PhaseGo,
  readRecordFile,
  writeRecordFile,
} from '../../src/record/record.js'

/** What one CI job notes of its phases: a record of these alone. */
export const PART_FILE = 'usertwo.part.json'

/** @returns the path of the file */
export function writePart(folder: string, part: GateRecord): string {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, PART_FILE)
  writeRecordFile(file, part)
  return file
}

/**
 * Returns a record that takes over each GO of a former one that was observed with the same: where all of them were, nothing is
 * to be recorded.
 */
export function withTimesOf(before: GateRecord | null, record: GateRecord): GateRecord {
  const phases = Object.entries(record.phases).map(([phase, go]) => [
    phase,
    sameGoIn(before, phase, go) ?? go,
  ])
  return { ...record, phases: Object.fromEntries(phases) }
}

/** What is the same for all phases of one state of an app. */
const SHARED = {
  config: 'the configuration',
  routes: 'the inventory of routes',
  lockfile: 'the lockfile',
  files: 'the app’s files',
  usertwo: 'the version of usertwo',
} as const satisfies Partial<Record<keyof Bound, string>>

/** The parts of the phases, joined; or why they do not make a GO of the app as it is. */
type JoinedParts = { record: GateRecord } | { problems: string[] }

/**
 * Joins the parts below a folder.
 *
 * @param now the fingerprints of the app in this checkout
 * @param through the last phase that must be GO
 * @throws if a part cannot be read
 */
export function joinParts(
  folder: string,
  now: Readonly<Record<keyof typeof SHARED, string | null>>,
  through: number,
): JoinedParts {
  const found = new Map<number, PhaseGo>()
  const problems: string[] = []
  for (const file of partsBelow(folder)) {
    const part = readRecordFile(file)
    if (part.format !== 3) problems.push(`${file} is of another version of usertwo`)
    for (const phase of Object.keys(part.phases).map(Number)) {
      const go = part.phases[phase]!
      if (part.format !== 3 || !boundTo(part, phase)) continue
      if (found.has(phase)) problems.push(`phase ${phase} is in more than one part`)
      found.set(phase, go)
    }
  }
  for (const { number, name } of phases.slice(0, through)) {
    const go = found.get(number)
    if (!go) problems.push(`${number} ${name}: no GO`)
    else problems.push(...differences(go, now).map((what) => `${number} ${name}: ${what}`))
  }
  problems.push(...schemaProblems(found, through))
  if (problems.length) return { problems }
  return {
    record: { format: 3, phases: Object.fromEntries([...found].filter(([phase]) => phase <= through)) },
  }
}

function differences(go: PhaseGo, now: Readonly<Record<keyof typeof SHARED, string | null>>): string[] {
  return (Object.keys(SHARED) as (keyof typeof SHARED)[])
    .filter((name) => go[name] === undefined || go[name] !== now[name])
    .map((name) => `its gate ran with another state of ${SHARED[name]}`)
}

/** From phase 6 on each gate builds the schema for itself: all must have built the same. */
function schemaProblems(found: ReadonlyMap<number, PhaseGo>, through: number): string[] {
  const isolated = [...found].filter(([phase]) => phase >= 6 && phase <= through)
  return isolated.flatMap(([phase, { schema }]) => {
    if (!schema) return [`phase ${phase}: its gate says nothing of the schema`]
    return isDeepStrictEqual(schema, isolated[0]![1].schema)
      ? []
      : [`phase ${phase}: its gate ran on another schema than that of phase ${isolated[0]![0]}`]
  })
}

function partsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === PART_FILE)
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}
