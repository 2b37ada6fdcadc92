import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { temporaryFolder } from '../../at-exit.js'
import type { ServedFolder } from '../../gate/gate.js'

/** A larger file is not an export of a user in a gate. Bytes. */
const LARGEST = 8 * 1024 * 1024
/**
 * A file may still be written after the answer: how long all files must stay unchanged, and the longest wait
 * for that. Milliseconds.
 */
const QUIET = 1_000
const PATIENCE = 15_000
const STEP = 200
/** Folders that the app does not write itself, or that are far too large to read. */
const LEFT_OUT = new Set(['node_modules', '.git', '.usertwo'])

/** A file that was created or changed since the watch began. */
export interface WrittenFiles {
  file: string
  content: Buffer
}

/** Watches what an app writes: in its own folder, in those it serves, and in one for its temporary files. */
export interface FileWatch {
  /** the folder for the app's TMPDIR */
  temporary: string
  /** watches these folders too, from now on */
  also(folders: readonly string[]): Promise<void>
  /** returns the files once nothing has changed for a while */
  written(): Promise<WrittenFiles[]>
  close(): Promise<void>
}

export async function watchFiles(folder: string): Promise<FileWatch> {
  const { path: temporary, remove } = temporaryFolder('usertwo-files-')
  const before = new Map<string, string>()
  const watched = new Set([temporary])
  const also = async (folders: readonly string[]) => {
    for (const one of folders) {
      if ([...watched].some((known) => isIn(known, one))) continue
      for (const { file, print } of await filesIn(one)) before.set(file, print)
      watched.add(one)
    }
  }
  await also([folder])
  return {
    temporary,
    also,
    async written() {
      const now = await settled(async () => (await Promise.all([...watched].map(filesIn))).flat())
      const found = new Map<string, Buffer>()
      for (const { file, print } of now) {
        // The file may be gone by now.
        const content = before.get(file) === print ? null : await readFile(file).catch(() => null)
        if (content) found.set(file, content)
      }
      return [...found].map(([file, content]) => ({ file, content }))
    },
    close: async () => remove(),
  }
}

/**
 * Returns the addresses at which a file may be served: by the served folders and, in case another server or
 * route serves it, below the root by the end of its path.
 */
export function addressesOf(
  { file }: Pick<WrittenFiles, 'file'>,
  root: string,
  served: readonly ServedFolder[],
): string[] {
  const byFolder = served
    .filter(({ folder }) => isIn(folder, file))
    .map(({ at, folder }) => `${at === '/' ? '' : at}/${encoded(relative(folder, file))}`)
  const parts = isIn(root, file) ? encoded(relative(root, file)).split('/') : []
  return [...new Set([...byFolder, ...parts.map((_, at) => `/${parts.slice(at).join('/')}`)])]
}

/** Returns what `look` sees once it has seen the same for a while. */
async function settled(look: () => Promise<{ file: string; print: string }[]>) {
  const until = performance.now() + PATIENCE
  let seen = await look()
  for (let since = performance.now(); performance.now() < Math.min(since + QUIET, until); ) {
    await sleep(STEP)
    const now = await look()
    if (!sameFiles(now, seen)) since = performance.now()
    seen = now
  }
  return seen
}

const sameFiles = (some: { file: string; print: string }[], others: typeof some) =>
  some.length === others.length &&
  some.every(({ file, print }, at) => others[at]!.file === file && others[at]!.print === print)

const isIn = (folder: string, file: string) => file === folder || file.startsWith(folder + sep)
const encoded = (path: string) => path.split(sep).map(encodeURIComponent).join('/')

async function filesIn(folder: string): Promise<{ file: string; print: string }[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const found = await Promise.all(
    entries.map(async (entry) => {
      const file = join(folder, entry.name)
      if (entry.isDirectory()) return LEFT_OUT.has(entry.name) ? [] : filesIn(file)
      const facts = entry.isFile() ? await stat(file).catch(() => null) : null
      if (!facts || facts.size === 0 || facts.size > LARGEST) return []
      return [{ file, print: `${facts.mtimeMs} ${facts.size} ${facts.ino}` }]
    }),
  )
  return found.flat()
}
