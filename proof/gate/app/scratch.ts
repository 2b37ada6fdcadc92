import { type Dirent, existsSync, realpathSync } from 'node:fs'
import {
  constants,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readlink,
  rm,
  symlink,
  utimes,
} from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { RECORD_FILE } from '../../../src/record/record.js'

/** The folder in which a pipeline keeps what gates have written. */
export const RESULTS = 'usertwo-gate'
/** The file in which a pipeline keeps what `usertwo scan` has found. */
export const SARIF = 'usertwo.sarif'

/** Linked, not copied: the folder is large, and no app writes its own files there. */
export const LINKED = 'node_modules'
const LEFT_OUT = new Set(['.git', '.usertwo'])
/** Of the pipeline and of usertwo itself: an app under test cannot read them, so no gate depends on them. */
const WRITTEN = new Set([RECORD_FILE, RESULTS, SARIF, '.github', '.gitlab-ci.yml'])
const LOG = /\.log(?:\.\d+)?$/
/** What a copy leaves out. An app does not read its own old log files. */
export const isLeftOut = (entry: Dirent) =>
  LEFT_OUT.has(entry.name) || WRITTEN.has(entry.name) || (entry.isFile() && LOG.test(entry.name))
/** A folder with more than this, subfolders not counted, is data and not part of an app. Bytes. */
const LARGEST = 256 * 1024 * 1024

/** A copy of an app's folder to run the app in. What it writes by a relative path stays there. */
export interface Scratch {
  folder: string
  /** returns a command or environment in which absolute paths to the adopter's folder point to the copy */
  led<What extends string[] | Record<string, string>>(what: What): What
  /** what was not copied because of its size, as lines for a report */
  missing: string[]
  remove(): Promise<void>
}

/** Facts about a copy while it exists. */
export interface Copied {
  /** the adopter's folder */
  folder: string
  /** the topmost of the folders that were created for it */
  top: string
}

const copies = new Map<string, Copied>()

/** Returns undefined if the folder is not a copy. */
export const copiedTo = (folder: string): Copied | undefined => copies.get(folder)

/**
 * Returns the text with paths in copies replaced by those in the adopter's folder, which a person can open.
 */
export function asWritten(text: string): string {
  let plain = text
  for (const [copied, { folder }] of copies) plain = plain.replaceAll(copied, folder)
  return plain
}

/**
 * Copies `from` below `place`. Files next to and above the adopter's folder are found from the copy as they
 * are from the original: the packages of a monorepo, and its `node_modules`.
 *
 * @param folder the adopter's folder
 * @param from that folder, or a copy of it that was already written to
 */
export async function scratchOf(folder: string, place: string, from = folder): Promise<Scratch> {
  const made = realpathSync(await mkdtemp(join(place, 'app-')))
  const real = realpathSync(folder)
  const top = topOf(real)
  let [beside, shadow] = [top, made]
  for (const part of relative(top, real).split(sep).filter(Boolean)) {
    for (const name of await readdir(beside))
      if (name !== part && !LEFT_OUT.has(name)) await symlink(join(beside, name), join(shadow, name))
    beside = join(beside, part)
    shadow = join(shadow, part)
    await mkdir(shadow)
  }
  const missing: string[] = []
  await copy(realpathSync(from), shadow, { from: realpathSync(from), to: shadow, missing })
  copies.set(shadow, { folder: real, top: made })
  const there = (text: string) =>
    [folder, real].some((one) => text.startsWith(one + sep)) ? join(shadow, relative(folder, text)) : text
  return {
    folder: shadow,
    missing,
    led: (what) =>
      (Array.isArray(what)
        ? what.map(there)
        : Object.fromEntries(
            Object.entries(what).map(([name, value]) => [name, there(value)]),
          )) as typeof what,
    remove: async () => {
      copies.delete(shadow)
      await rm(made, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

/** Returns the topmost folder that belongs to the app's packages. */
export function topOf(folder: string): string {
  let top = folder
  for (let at = folder; at !== dirname(at); at = dirname(at))
    if ([LINKED, 'package.json'].some((name) => existsSync(join(at, name)))) top = at
  return top
}

async function copy(
  from: string,
  to: string,
  all: { from: string; to: string; missing: string[] },
): Promise<void> {
  const entries = (await readdir(from, { withFileTypes: true })).filter((entry) => !isLeftOut(entry))
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ name }) => ({ name, facts: await lstat(join(from, name)) })),
  )
  const size = files.reduce((sum, { facts }) => sum + facts.size, 0)
  if (size > LARGEST)
    all.missing.push(
      `not copied for the app to run in: the files in ${relative(all.from, from) || 'its folder'} (${Math.round(size / 1024 / 1024)} MB)`,
    )
  else
    await Promise.all(
      files.map(async ({ name, facts }) => {
        await copyFile(join(from, name), join(to, name), constants.COPYFILE_FICLONE)
        // Answers depend on the times: Last-Modified, ETag.
        await utimes(join(to, name), facts.atime, facts.mtime)
      }),
    )
  await Promise.all(
    entries.map(async (entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)]
      if (entry.isSymbolicLink()) return symlink(await leads(source, all), target)
      if (!entry.isDirectory()) return
      if (entry.name === LINKED) return symlink(source, target)
      await mkdir(target)
      await copy(source, target, all)
    }),
  )
}

/**
 * Returns the target of a copied link: a link within the folder leads to the copy, any other to its original
 * target.
 */
async function leads(link: string, { from, to }: { from: string; to: string }): Promise<string> {
  const written = await readlink(link)
  const target = isAbsolute(written) ? written : resolve(dirname(link), written)
  return target.startsWith(from + sep) ? join(to, relative(from, target)) : target
}
