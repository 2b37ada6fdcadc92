import { readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import type { ServedFolder } from '../../../proof/gate/gate.js'
import { servedFiles } from '../../../proof/inventory/served-files.js'

/** The script of a service worker that pages of the app install. */
export interface WorkerScript {
  /** `GET /sw.js` */
  route: string
  /** where it is installed */
  at: string
}

/** A larger file is not read. Bytes. */
const LARGEST = 4 * 1024 * 1024
const INSTALLS =
  /\bserviceWorker\s*\.\s*register\(\s*(["'`])([^"'`\s]+)\1|\bnew Workbox\(\s*(["'`])([^"'`\s]+)\3/g
/** What the configuration takes as one plain path. */
const PLAIN = /^\/[\w/.-]+$/

/**
 * Finds the scripts of service workers by the calls that install them, in pages and in what `express.static` serves. A
 * browser asks for a worker's script again without a page, so without a login it would keep the one it has. Only a file of
 * `express.static` is such a script: what a route answers may be a user's.
 *
 * @param pages the pages that the app answered, by path
 */
export function workerScripts(
  folders: readonly ServedFolder[],
  pages: ReadonlyMap<string, string>,
): WorkerScript[] {
  const texts = [
    ...[...pages].map(([path, text]) => ({ path, text, at: `the page ${path}` })),
    ...folders.flatMap(textsIn),
  ]
  const found = new Map<string, WorkerScript>()
  for (const { path, text, at } of texts)
    for (const [, , named, , byWorkbox] of text.matchAll(INSTALLS)) {
      // A script names it from the address of its page, which is mostly that of the folder.
      const address = pathOf(named ?? byWorkbox!, path)
      if (address && isServed(address, folders) && !found.has(address))
        found.set(address, { route: `GET ${address}`, at })
    }
  return [...found.values()]
}

function textsIn({ at, folder }: ServedFolder): { path: string; text: string; at: string }[] {
  return servedFiles(folder).flatMap((name) => {
    const file = join(folder, name)
    const path = posix.join('/', at, name)
    if (!/\.(?:html?|m?js)$/.test(name) || statSync(file).size > LARGEST) return []
    return [
      {
        path: name.endsWith('js') ? posix.join('/', at, '/') : path,
        text: readFileSync(file, 'utf8'),
        at: path,
      },
    ]
  })
}

/** Null: it is at another origin, or not a plain path. */
function pathOf(named: string, page: string): string | null {
  const { origin, pathname } = new URL(named, new URL(page, 'http://app'))
  return origin === 'http://app' && PLAIN.test(pathname) ? pathname : null
}

function isServed(address: string, folders: readonly ServedFolder[]): boolean {
  return folders.some(({ at, folder }) => {
    const below = at === '/' ? '/' : `${at}/`
    if (!address.startsWith(below)) return false
    return servedFiles(folder).includes(address.slice(below.length))
  })
}
