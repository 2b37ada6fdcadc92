import { existsSync } from 'node:fs'
import type { Session } from 'node:inspector'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cachedModules, valueIn, versionOf } from '../start/loaded.js'
import type { LoadedCopy, UnhookedLibrary } from './unhooked-libraries.js'

/** A script that this process has loaded, an ECMAScript module or any other. */
interface Script {
  file: string
  source(): string
}

/** Returns the copies of packages that this process has loaded so far, by `require` or `import`. */
export async function loadedCopies(
  libraries: readonly Pick<UnhookedLibrary, 'name' | 'isCommonJs'>[],
): Promise<LoadedCopy[]> {
  const copies = libraries.flatMap(({ name }) => required(name))
  const missing = libraries
    .filter(({ name, isCommonJs }) => !isCommonJs && !copies.some((copy) => copy.name === name))
    .map(({ name }) => name)
    .filter(isInstalled)
  // Only for an installed library: listing the scripts takes time in a large app.
  return missing.length === 0 ? copies : [...copies, ...(await imported(missing))]
}

/** Returns the files that load a copy, including those that import it as an ECMAScript module. */
export async function importersOf({ name, importers }: LoadedCopy): Promise<string[]> {
  return [...importers, ...(await withInspector((session) => importing(name, scriptsOf(session))))]
}

/** Shows a file relative to the working directory. */
const shown = (file: string) => relative(process.cwd(), file) || file

const folderOf = (name: string) => `${sep}node_modules${sep}${name.replaceAll('/', sep)}${sep}`

function required(name: string): LoadedCopy[] {
  const inside = folderOf(name)
  const copies = new Map<string, LoadedCopy & { importers: string[]; exports: unknown[] }>()
  const folder = (file: string) => file.slice(0, file.lastIndexOf(inside) + inside.length)
  const modules = cachedModules()
  for (const { file, entry } of modules) {
    const version = file.includes(inside) ? versionOf(name, file) : null
    if (!version) continue
    const copy = copies.get(folder(file)) ?? { name, version, file: shown(file), importers: [], exports: [] }
    copy.exports.push(valueIn(entry, 'exports'))
    copies.set(folder(file), copy)
  }
  if (copies.size === 0) return []
  for (const { file, children } of modules)
    for (const child of children) {
      const copy = child.includes(inside) ? copies.get(folder(child)) : undefined
      const isOwn = file.startsWith(folder(child))
      if (copy && !isOwn && !copy.importers.includes(shown(file))) copy.importers.push(shown(file))
    }
  return [...copies.values()]
}

/** Whether the app can import the package; a copy that only another package has is found at its first connection. */
function isInstalled(name: string): boolean {
  const places = [process.cwd(), process.argv[1] ? dirname(process.argv[1]) : process.cwd()]
  return places.some((place) => {
    for (let folder = place; ; folder = dirname(folder)) {
      if (existsSync(join(folder, 'node_modules', name, 'package.json'))) return true
      if (folder === dirname(folder)) return false
    }
  })
}

async function imported(names: readonly string[]): Promise<LoadedCopy[]> {
  return withInspector((session) => {
    const files = filesThatRan(session)
    const entries = names.flatMap((name) => {
      const inside = folderOf(name)
      const file = files.find((one) => one.includes(inside) && versionOf(name, one) !== null)
      return file ? [{ name, version: versionOf(name, file)!, file }] : []
    })
    const scripts = entries.length ? scriptsOf(session) : []
    return entries.map(({ name, version, file }) => {
      return { name, version, file: shown(file), importers: importing(name, scripts) }
    })
  })
}

function importing(name: string, scripts: readonly Script[]): string[] {
  return scripts.flatMap(({ file, source }) => {
    if (file.includes(folderOf(name))) return []
    const line = lineThatImports(name, source())
    return line ? [`${shown(file)}:${line}`] : []
  })
}

/** Returns the number of the first line that imports a package; 0 if no line does. */
function lineThatImports(name: string, source: string): number {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const found = new RegExp(`\\b(?:from|import|require)\\s*\\(?\\s*['"]${escaped}(?:/[^'"]*)?['"]`).exec(
    source,
  )
  return found ? source.slice(0, found.index).split('\n').length : 0
}

/** Node has no public list of imported modules; the inspector of this thread has one. Its answers arrive at once. */
async function withInspector<Found>(read: (session: Session) => Found[]): Promise<Found[]> {
  const inspector = await import('node:inspector').catch(() => null)
  if (!inspector) return []
  const session = new inspector.Session()
  try {
    session.connect()
  } catch {
    return [] // refused by Node's permission model: the library is refused at its first connection
  }
  try {
    return read(session)
  } finally {
    session.disconnect()
  }
}

/**
 * Returns the files whose functions V8 still holds. It takes a quarter of the time of `scriptsOf`, which computes the
 * lines of each script (`npm run bench -- start`). A file that is missed is refused at its first connection.
 */
function filesThatRan(session: Session): string[] {
  const files: string[] = []
  session.post('Profiler.getBestEffortCoverage', (_error, answer) => {
    for (const { url } of answer?.result ?? []) if (url.startsWith('file:')) files.push(fileURLToPath(url))
  })
  return files
}

function scriptsOf(session: Session): Script[] {
  const scripts: Script[] = []
  session.on('Debugger.scriptParsed', ({ params: { url, scriptId } }) => {
    if (!url.startsWith('file:')) return
    scripts.push({
      file: fileURLToPath(url),
      source() {
        let text = ''
        session.post('Debugger.getScriptSource', { scriptId }, (_error, answer) => {
          text = answer?.scriptSource ?? ''
        })
        return text
      },
    })
  })
  session.post('Debugger.enable')
  return scripts
}
