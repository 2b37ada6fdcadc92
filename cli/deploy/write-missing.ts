import { EXIT } from '../command.js'
import type { PlannedFile } from '../init/files/planned.js'
import { writeFiles } from '../init/files/planned.js'
import { UsageError } from '../usage-error.js'
import { compared, type RecipeFile } from './recipes.js'

interface WriteOptions {
  /** writes nothing */
  check: boolean
  json: boolean
  /** a line about what to do next */
  next: string
}

/**
 * Writes the planned files that the app does not have, and prints what it did with each.
 *
 * @returns the exit code; with `check` 1 if a file is missing or differs
 */
export function writeMissing(
  folder: string,
  planned: readonly PlannedFile[],
  { check, json, next }: WriteOptions,
): number {
  const files = compared(folder, planned)
  if (!check)
    writeFiles(
      folder,
      files.filter(({ state }) => state === 'missing'),
    )
  const states = files.map(({ file, state }) => ({ file, state: shown(state, check) }))
  if (json) console.log(JSON.stringify({ files: states }, null, 2))
  else {
    for (const { file, state } of states) console.log(`${`${state}:`.padEnd(9)} ${file}`)
    if (files.some(({ state }) => state === 'other')) console.log(KEPT)
    if (!check) console.log(next)
  }
  return check && files.some(({ state }) => state !== 'same') ? EXIT.noGo : EXIT.go
}

const KEPT =
  'A file that was there is kept. To see what would be written in its place, move it away and run the command again.'

function shown(state: RecipeFile['state'], check: boolean): string {
  if (check) return { same: 'same', other: 'differs', missing: 'missing' }[state]
  return { same: 'same', other: 'kept', missing: 'written' }[state]
}

/** @throws UsageError that names what is allowed */
export function allowedName<Name extends string>(
  what: string,
  allowed: readonly Name[],
  given: string,
): Name {
  const found = allowed.find((name) => name === given)
  if (found) return found
  throw new UsageError(`${what}: "${given}" is not one of ${allowed.join(', ')}`)
}
