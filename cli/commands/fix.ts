import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { EXIT, implement } from '../command.js'
import { adoptCommands } from '../declared/adopt.js'
import { during } from '../during.js'
import { fixColumns } from '../fix/columns.js'
import { fixDriver } from '../fix/driver.js'
import type { Fix } from '../fix/fix.js'
import { fixFunctions } from '../fix/functions.js'
import { fixOwnerIds } from '../fix/owner-ids.js'
import { UsageError } from '../usage-error.js'

const TRYING = 'trying every statement of the app on the schema to come'
const RULES = {
  'owner-ids': fixOwnerIds,
  driver: fixDriver,
  columns: (folder: string) => during(TRYING, () => fixColumns(folder)),
  functions: (folder: string) => during(TRYING, () => fixFunctions(folder)),
}

export const command = implement(adoptCommands.fix, async ({ values, words, action }) => {
  const [given = '.'] = words
  const folder = resolve(given)
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new UsageError(`fix: ${given} is not a folder; give the app’s folder`)
  const found = await RULES[action as keyof typeof RULES](folder)
  const taken = found.files.find(({ file, isNew }) => isNew && existsSync(join(folder, file)))
  const outcome =
    found.files.length && !taken ? await tried(folder, found, values) : { tests: null, written: false }
  if (values.json) {
    const { files: _, does: __, ...facts } = found
    console.log(JSON.stringify({ ...facts, ...outcome, taken: taken?.file ?? null }, null, 2))
  } else for (const line of lines(found, outcome, values)) console.log(line)
  if (taken) {
    console.error(`${taken.file} is there already, and would be written: move it away, or finish by hand`)
    return EXIT.noGo
  }
  return outcome.tests && !(outcome.tests.before && outcome.tests.after) ? EXIT.noGo : EXIT.go
})

interface Outcome {
  /** whether they pass; null: not asked */
  tests: { before: boolean; after: boolean | null } | null
  written: boolean
}

/** Writes what is to be written, and takes it back where it is not, or where the tests fail by it. */
async function tried(
  folder: string,
  { files }: Fix,
  { write, tests }: { write: boolean; tests?: string },
): Promise<Outcome> {
  if (!write && tests === undefined) return { tests: null, written: false }
  if (tests !== undefined && !(await passes(tests, folder)))
    return { tests: { before: false, after: null }, written: false }
  const before = files.map(({ file, isNew }) => ({
    file: join(folder, file),
    text: isNew ? null : readFileSync(join(folder, file), 'utf8'),
  }))
  let keeps = false
  try {
    for (const { file, text, isNew } of files) {
      if (isNew) mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text)
    }
    const after = tests === undefined ? null : await passes(tests, folder)
    keeps = write && after !== false
    return { tests: tests === undefined ? null : { before: true, after }, written: keeps }
  } finally {
    if (!keeps)
      for (const { file, text } of before) {
        if (text === null) rmSync(file, { force: true })
        else writeFileSync(file, text)
      }
  }
}

async function passes(command: string, cwd: string): Promise<boolean> {
  const child = spawn(command, { cwd, shell: true, stdio: ['ignore', 2, 2] })
  const [code] = await once(child, 'close')
  return code === 0
}

function lines(
  { diff, rewritten, does, left, files }: Fix,
  { tests, written }: Outcome,
  { write }: { write: boolean },
): string[] {
  // A migration is a file of its own, which rewrites places of the database.
  const own = files.filter(({ isNew }) => !isNew).length || files.length
  const places = `${counted(rewritten, 'place')} in ${counted(own, 'file')} ${does[rewritten === 1 ? 0 : 1]}`
  return [
    ...(diff ? [diff, ''] : []),
    files.length
      ? `${places}${written ? '; written' : write ? '; not written' : '; nothing is written without --write'}`
      : 'nothing to rewrite',
    ...(tests ? [`tests before: ${tests.before ? 'pass' : 'fail: they must pass first'}`] : []),
    ...(tests && tests.after !== null
      ? [`tests after: ${tests.after ? 'pass' : 'fail: everything is as it was'}`]
      : []),
    ...(left.length
      ? ['Left, to be looked at by hand:', ...left.map(({ at, what, why }) => `  ${at}  ${what}: ${why}`)]
      : []),
  ]
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`
