import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { extname, join, sep } from 'node:path'
import { EXTENSIONS } from '../syntax/sources.js'

/** Limits for reading a folder, so that a huge folder does not block the command. Sizes in bytes. */
export const LIMITS = {
  files: 4_000,
  each: 512 * 1024,
  lockFile: 24 * 1024 * 1024,
  all: 48 * 1024 * 1024,
  deep: 16,
}

const SKIPPED = new Set(
  'node_modules bower_components jspm_packages dist build out coverage vendor vendors tmp temp logs'.split(
    ' ',
  ),
)
/** Generated or packed files, not written by hand. */
const PACKED = /(?:\.min|\.bundle|[-.]bundle\.min|\.d)\.[cm]?[jt]sx?$/
const LOCK_FILES = new Set(['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml'])
const OTHERS = new Set(['package.json', 'Procfile', 'Dockerfile', '.gitignore', ...LOCK_FILES])
const ENDS = new Set([...EXTENSIONS, '.prisma'])

/** Whether a file is SQL for PostgreSQL, by its name: some name the database, next to one for another. */
export const isSqlFile = (name: string): boolean => /\.(?:sql|postgres(?:ql)?|pgsql|psql|ddl)$/.test(name)

/** The texts of a folder, keyed by path relative to it, with `/`. */
export interface Texts {
  folder: string
  texts: Map<string, string>
  /** files that were skipped, with the reason */
  left: { file: string; why: string }[]
}

/**
 * Reads the files that a scan needs. Symbolic links are not followed, so nothing outside the folder is read.
 */
export function readTexts(given: string): Texts {
  const folder = realpathSync(given)
  const found: Texts = { folder, texts: new Map(), left: [] }
  let all = 0
  const leave = (file: string, why: string) => void found.left.push({ file, why })
  const read = (file: string) => {
    const { size } = statSync(join(folder, file))
    const most = LOCK_FILES.has(last(file)) ? LIMITS.lockFile : LIMITS.each
    if (size > most) return leave(file, `has ${size} bytes; the limit is ${most}`)
    if (found.texts.size >= LIMITS.files || all + size > LIMITS.all)
      return leave(file, `the limit of ${LIMITS.files} files or ${LIMITS.all} bytes was reached before it`)
    const text = readFileSync(join(folder, file), 'utf8')
    // Very long lines mean that a tool packed the file.
    if (EXTENSIONS.includes(extname(file)) && text.length / (text.split('\n').length || 1) > 400)
      return leave(file, 'looks packed: its lines are long')
    all += size
    found.texts.set(file, text)
  }
  const walk = (inside: string, deep: number) => {
    const entries = readdirSync(join(folder, inside), { withFileTypes: true })
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const file = inside ? `${inside}/${entry.name}` : entry.name
      if (entry.isDirectory()) {
        if (SKIPPED.has(entry.name) || entry.name.startsWith('.')) continue
        if (deep < LIMITS.deep) walk(file, deep + 1)
        else leave(file, `is more than ${LIMITS.deep} folders deep`)
      } else if (entry.isFile() && isWanted(entry.name)) read(file)
    }
  }
  walk('', 0)
  return found
}

function isWanted(name: string): boolean {
  if (OTHERS.has(name) || /^\.env(\.|$)/.test(name)) return true
  return isSqlFile(name) || (ENDS.has(extname(name)) && !PACKED.test(name))
}

/**
 * Reads a file of the folder that is not among its texts, such as one in `node_modules`. Returns null if it
 * is missing, too large or outside the folder.
 */
export function readInside(folder: string, name: string): string | null {
  try {
    const file = realpathSync(join(folder, name))
    const inside = file.startsWith(folder + sep) && statSync(file).isFile()
    return inside && statSync(file).size <= LIMITS.each ? readFileSync(file, 'utf8') : null
  } catch {
    return null
  }
}

const last = (file: string) => file.split('/').at(-1)!
