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
import { PACKAGE_ROOT } from '../../../src/core/own-package.js'
import { type TemporaryFolder, temporaryFolder } from '../../at-exit.js'
import type { Redirects } from '../preload/modules/redirect.js'
import { mutantId, type Replacement } from '../replace/replacing.js'
import { filesOf, type Shim, shims } from '../replace/shims.js'

const OWN = realpathSync(PACKAGE_ROOT)
/** The folders of the package that are copied. */
export const SHIPPED = ['dist', 'migrations']
const SKIPPED = /^(node_modules|\..*)$/

// If this line runs, the app has loaded the copy of usertwo that the gate has edited.
const MARK = {
  file: 'dist/src/core/context.js',
  line: `\nglobalThis[Symbol.for('usertwo.gate.edited')]?.()\n`,
}

// Creates new files only: writing through a link would change the package's own file.
const NEW = { flag: 'wx' }

/** Copies of the files that edits name, with the edits made, for processes of the app. */
export interface EditedCopies {
  redirects: Omit<Redirects, 'loader'>
  /** the copies are no longer needed */
  release(): void
}

interface Made {
  place: TemporaryFolder
  packages: Redirects['packages']
  /** the edits that name none of its files */
  left: Edit[]
  users: number
}

/** The number of unused copies kept for the next start: most checks start the app with the same edits. */
const KEPT = 3
// Ordered by last use, the most recent at the end.
const made = new Map<string, Made>()
let runs = 0

/** Keeps some copies while `run` runs, because it needs the same ones repeatedly. */
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
 * Makes edited copies of files, because no loader hook reaches every way in which a module is loaded. usertwo
 * is copied whole, so that worker threads find its files and packages too. Of the app only the edited sources
 * are copied.
 *
 * @throws if an edit does not fit or names a missing file, or if usertwo lacks what is replaced
 */
export function editedCopies(
  folder: string,
  edits: readonly Edit[],
  replace: readonly Replacement[] = [],
): EditedCopies {
  if (edits.length + replace.length === 0)
    return { redirects: { packages: [], files: {} }, release: () => {} }
  const packages = roots(folder)
  // The folder is not part of the key: each check runs the app in its own.
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
      // Inside a `node_modules` folder, because compilers in an app (ts-node, babel) skip files there.
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

/**
 * Returns the usertwo that the app finds, and the gate's own, whose programs run next to the app. They are
 * usually the same.
 */
function roots(folder: string): string[] {
  try {
    const found = createRequire(join(folder, 'app.js')).resolve('usertwo/package.json')
    return [...new Set([dirname(realpathSync(found)), OWN])]
  } catch {
    return [OWN]
  }
}

/** Makes a folder from which the same packages are found as from `root`. */
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

/** Links a file if the disk allows it: a thousand new files per mutant take longer than the attack. */
function sameFile(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch {
    // Another disk, or one without hard links.
    copyFileSync(from, to)
  }
}

/** @returns the files of the app that edits name → the path of their edited source */
function editFiles(folder: string, place: string, edits: readonly Edit[]): Record<string, string> {
  const known = [...new Set([...filesIn(folder), ...fromAbove(folder, edits)])]
  for (const edit of edits)
    if (!known.some((file) => isMeantFor(edit, file)))
      throw new Error(`the mutant does not fit: neither the app nor usertwo has a file ${edit.file}`)
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

/** A mutant may name a file outside the app's folder: `apps/shared/store.js`. */
function fromAbove(folder: string, edits: readonly Edit[]): string[] {
  const found: string[] = []
  for (let above = folder; above !== dirname(above); above = dirname(above))
    for (const { file } of edits) {
      const path = join(above, file)
      if (existsSync(path)) found.push(realpathSync(path).split(sep).join('/'))
    }
  return found
}
