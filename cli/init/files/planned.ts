import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ConfigError } from '../../../src/core/config-error.js'

/** The recorded requests and example rows of the owner, next to the configuration. */
export const DRIVE = 'usertwo/drive.mjs'
export const SEED = 'usertwo/seed.sql'

/** Runs SQL files: written beside the configuration where the app has nothing that does. */
export const SQL_RUNNER = 'usertwo/sql.mjs'
/** The SQL of a script that creates tables, if the code contains it as text. */
export const TABLES = 'usertwo/tables.sql'
/** Starts the app once, for its tables. */
export const START_ONCE = 'usertwo/start-once.mjs'

/** A file that init writes: a new one, or lines for the end of one. */
export interface PlannedFile {
  /** relative to the app's folder */
  file: string
  text: string
  /** lines are appended to the existing file */
  adds?: true
}

/** @throws ConfigError that names each file that exists and was not written by init */
export function refuseTaken(folder: string, files: readonly Pick<PlannedFile, 'file' | 'adds'>[]): void {
  const taken = files.filter(({ file, adds }) => !adds && existsSync(join(folder, file)))
  if (taken.length === 0) return
  throw new ConfigError(
    'init overwrites nothing',
    taken.map(
      ({ file }) =>
        `${file} is there already: move it away, or write the configuration by hand (docs/how-to/adopt-by-hand.md)`,
    ),
  )
}

export function writeFiles(folder: string, files: readonly PlannedFile[]): void {
  for (const { file, text, adds } of files) {
    const path = join(folder, file)
    mkdirSync(dirname(path), { recursive: true })
    const before = adds && existsSync(path) ? readFileSync(path, 'utf8') : ''
    writeFileSync(path, before && !before.endsWith('\n') ? `${before}\n${text}` : before + text)
  }
}
