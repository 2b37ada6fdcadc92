import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, sep } from 'node:path'
import { type Edit, isMeantFor, rewrite } from '../../../reading/syntax/edits.js'
import { PACKAGE_ROOT } from '../../../src/core/package-root.js'
import { type TemporaryFolder, temporaryFolder } from '../../at-exit.js'
import type { Redirects } from '../preload/modules/redirect.js'
import { mutantId, type Replacement } from '../replace/replacing.js'
import { filesOf, type Shim, shims } from '../replace/shims.js'

const OWN = realpathSync(PACKAGE_ROOT)
/** The folders of the package that are copied. */
export const SHIPPED = ['dist', 'migrations']
const SKIPPED = /^(node_modules|\..*)$/

// Where the mark stands, the gate's edits have reached the toolkit that the app loaded.
const MARK = {
  file: 'dist/src/core/context.js',
  line: `\nglobalThis[Symbol.for('usertwo.gate.edited')]?.()\n`,
}

// Never through a link to the package's own file.
const NEW = { flag: 'wx' }

/** Copies of the files that edits name, with the edits made, for processes of the app. */
export interface EditedCopies {
  redirects: Omit<Redirects, 'loader'>
  /** nobody needs them any more */
  release(): void
}

interface Made {
  place: TemporaryFolder
  packages: Redirects['packages']
  /** the edits that name none of its files */
  left: Edit[]
  users: number
}

/** How many unused copies are kept for the next start: most checks start the app with the same edits. */
const KEPT = 3
// The one used last stands last.
const made = new Map<string, Made>()
let runs = 0

/** Keeps some copies while `run` goes on, since it makes the same ones again and again. */
export async function keepingCopies<T>(run: () => Promise<T>): Promise<T> {
  runs++
  try {
    return await run()
  } finally {
    runs--
    forgetIdle()
  }
}

function forgetIdle(): void {
  const idle = [...made].filter(([, { users }]) => users === 0)
  for (const [key, { place }] of idle.slice(0, runs > 0 ? -KEPT : undefined)) {
    made.delete(key)
    place.remove()
  }
}

/**
 * Makes edited copies of files, since no hook on loading reaches every way in which a module is loaded. The
 * toolkit is copied whole: worker threads too find its files and packages there. Of the app only the edited
 * source is copied.
 *
 * @throws when an edit does not fit, or names no file; when the toolkit has not what is replaced
 */
export function editedCopies(
  folder: string,
  edits: readonly Edit[],
  replace: readonly Replacement[] = [],
): EditedCopies {
  if (edits.length + replace.length === 0)
    return { redirects: { packages: [], files: {} }, release: () => {} }
  const packages = roots(folder)
  // Not by the folder: each check runs the app in one of its own.
  const key = JSON.stringify([packages, edits, replace.map(mutantId)])
  const copies = made.get(key) ?? { ...make(packages, edits, replace), users: 0 }
  copies.users++
  made.delete(key)
  made.set(key, copies)
  const own = copies.left.length > 0 ? placeForCopies() : null
  const release = () => {
    copies.users--
    own?.remove()
    forgetIdle()
  }
  try {
    const files = own ? editFiles(folder, own.path, copies.left) : {}
    return { redirects: { packages: copies.packages, files }, release }
  } catch (error) {
    release()
    throw error
  }
}

function placeForCopies(): TemporaryFolder {
  return temporaryFolder('usertwo-edited-')
}

function make(
  found: readonly string[],
  edits: readonly Edit[],
  replace: readonly Replacement[],
): Omit<Made, 'users'> {
  const place = placeForCopies()
  try {
    const fitted = new Set<Edit>()
    const packages = found.map((from, at) => {
      const lacks = (one: Replacement) => filesOf(one).find((file) => !existsSync(join(from, file)))
      const lacking = at === 0 ? replace.find(lacks) : undefined
      if (lacking) throw new Error(`the mutant does not fit: the usertwo of the app has no ${lacks(lacking)}`)
      const shim = shims(replace.filter((one) => !lacks(one)))
      // Below a folder of packages, where compilers that an app loads itself with (ts-node, babel) leave
      // files alone.
      const to = beside(from, join(place.path, 'node_modules', String(at)))
      for (const file of shippedFiles(from)) copyEdited(from, to, file, edits, fitted, shim)
      for (const [file, text] of Object.entries(shim.written)) writeFileSync(join(to, file), text, NEW)
      return { from, to }
    })
    return { place, packages, left: edits.filter((edit) => !fitted.has(edit)) }
  } catch (error) {
    place.remove()
    throw error
  }
}

/** The toolkit the app finds, and the gate's own, whose programs run beside it; mostly the same. */
function roots(folder: string): string[] {
  try {
    const found = createRequire(join(folder, 'app.js')).resolve('usertwo/package.json')
    return [...new Set([dirname(realpathSync(found)), OWN])]
  } catch {
    return [OWN]
  }
}

/** A folder from which the same packages are found as from `root`. */
function beside(root: string, place: string): string {
  let to = place
  const above = [root]
  while (dirname(above[0]!) !== above[0]) above.unshift(dirname(above[0]!))
  for (const one of above) {
    const modules = join(one, 'node_modules')
    if (basename(one) === 'node_modules' || !existsSync(modules)) continue
    to = join(to, 'in')
    mkdirSync(to, { recursive: true })
    symlinkSync(modules, join(to, 'node_modules'))
  }
  return to
}

function shippedFiles(root: string): string[] {
  const inside = SHIPPED.filter((name) => existsSync(join(root, name))).flatMap((name) =>
    readdirSync(join(root, name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.(map|d\.ts|tsbuildinfo)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
  )
  return ['package.json', ...inside]
}

function copyEdited(
  from: string,
  to: string,
  file: string,
  edits: readonly Edit[],
  fitted: Set<Edit>,
  { moved, rewritten }: Shim,
): void {
  const path = file.split(sep).join('/')
  const there = join(to, moved[path] ?? file)
  mkdirSync(dirname(there), { recursive: true })
  const own = edits.filter((edit) => isMeantFor(edit, path))
  const imports = rewritten[path]
  if (own.length === 0 && path !== MARK.file && !imports) {
    sameFile(join(from, file), there)
    return
  }
  const text = rewrite(own, path, readFileSync(join(from, file), 'utf8'))
  writeFileSync(there, (imports?.(text) ?? text) + (path === MARK.file ? MARK.line : ''), NEW)
  for (const edit of own) fitted.add(edit)
}

/** A link where there can be one: to make a thousand files for each mutant takes a disk longer than the attack does. */
function sameFile(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    // On another disk, or one that has no such links.
    copyFileSync(from, to)
  }
}

/** @returns the app's files that edits name → where their edited source lies */
function editFiles(folder: string, place: string, edits: readonly Edit[]): Record<string, string> {
  const known = [...new Set([...filesIn(folder), ...fromAbove(folder, edits)])]
  for (const edit of edits)
    if (!known.some((file) => isMeantFor(edit, file)))
      throw new Error(`the mutant does not fit: there is no ${edit.file}, neither in the app nor in usertwo`)
  const named = known.filter((file) => edits.some((edit) => isMeantFor(edit, file)))
  return Object.fromEntries(
    named.map((file, at) => {
      const copy = join(place, `${at}-${basename(file)}`)
      writeFileSync(copy, rewrite(edits, file, readFileSync(file, 'utf8')))
      return [file, copy]
    }),
  )
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return SKIPPED.test(entry.name) ? [] : filesIn(path)
    return entry.isFile() ? [realpathSync(path).split(sep).join('/')] : []
  })
}

/** A mutant may name a file beside the app's folder: `apps/shared/store.js`. */
function fromAbove(folder: string, edits: readonly Edit[]): string[] {
  const found: string[] = []
  for (let above = folder; above !== dirname(above); above = dirname(above))
    for (const { file } of edits) {
      const path = join(above, file)
      if (existsSync(path)) found.push(realpathSync(path).split(sep).join('/'))
    }
  return found
}
