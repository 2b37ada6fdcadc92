import { existsSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import { readApp } from '../../../reading/app/app.js'
import type { Package } from '../../../reading/app/packages.js'
import { mainServers, type ServingPackage, serversOf } from '../../../reading/facts/servers.js'
import { CannotGoOn } from '../cannot-go-on.js'
import { readPackageManifest } from '../reading/manifest.js'
import { findStart } from '../reading/start.js'

/** Where init goes on. */
export interface ServerPackage {
  folder: string
  /** a sentence for the user; null: it is the folder that was given */
  says: string | null
}

/**
 * Finds the package that serves: the given folder, or one below it.
 * @throws ConfigError that names each, where several serve and the start script of the folder names none
 */
export async function findServerPackage(given: string): Promise<ServerPackage> {
  const here: ServerPackage = { folder: given, says: null }
  if (!existsSync(given) || isServer(given)) return here
  const app = await readApp(given)
  if (!app.packages.some(({ folder }) => folder !== '')) return here
  const servers = mainServers(serversOf(app))
  if (servers.length === 0 || servers.some(({ package: { folder } }) => folder === '')) return here
  const started = startedBy(app.packages)
  const chosen = servers.length === 1 ? servers[0]! : servers.find((one) => one.package === started)
  if (!chosen)
    throw new CannotGoOn(
      `${servers.map(({ package: { folder }, at }) => `${folder} (${at})`).join(' and ')} serve, each is adopted by itself: ${servers.map(initOf).join(', or ')}`,
    )
  const { folder } = chosen.package
  const others = servers.filter((one) => one !== chosen)
  return {
    folder: join(given, folder),
    says: `${folder} is the server; init goes on there (${chosen.at} listens${others.length ? `, "start" names it; also: ${others.map(initOf).join(', ')}` : ''})`,
  }
}

const initOf = ({ package: { folder } }: ServingPackage) => `npx usertwo init ${folder}`

/** Whether the folder has a package that depends on Express and starts a file of its own: no other has to be looked for. */
function isServer(folder: string): boolean {
  const manifest = readPackageManifest(folder)
  const start = findStart(folder, manifest)
  if (!start || !('express' in manifest.dependencies)) return false
  let place = dirname(start.file)
  while (place !== '.' && !existsSync(join(folder, place, 'package.json'))) place = dirname(place)
  return place === '.'
}

/** The package that the start script of the folder starts; undefined: it names none, or several. */
function startedBy(packages: readonly Package[]): Package | undefined {
  const root = packages.find(({ folder }) => folder === '')
  const named = root ? namedIn(root.scripts.start ?? root.scripts.dev ?? '', root, packages) : new Set()
  return named.size === 1 ? ([...named][0] as Package) : undefined
}

const OPTION = /(?:--workspace|--filter|--prefix|--cwd|--dir|-w|-F|-C)(?:=|\s+)(["']?)([^\s"'&;]+)\1/g
const WORKSPACE = /\byarn\s+workspace\s+(["']?)([^\s"'&;]+)\1/g
const FOLDER = /(?:^|&&|;|["'])\s*cd\s+(["']?)([\w./@-]+)\1\s*(?=&&|;)/g
const FILE = /\b(?:node|tsx|ts-node|nodemon)\s+(?:-\S+\s+)*(["']?)([\w./-]+\/[\w.-]+)\1/g
const SCRIPT = /\b(?:npm|pnpm|yarn)\s+(?:run\s+)?([\w:.-]+)|["']?npm:([\w:.-]+)/g

/** The packages that a script names, also through other scripts of the same package.json. */
function namedIn(
  script: string,
  root: Package,
  packages: readonly Package[],
  seen = new Set<string>(),
): Set<Package> {
  const found = new Set<Package>()
  const add = (name: string) => {
    const plain = posix.normalize(name.replace(/\.\.\.$/, '')).replace(/\/$/, '')
    const one = packages.find(({ folder, name: own }) => folder !== '' && (own === plain || folder === plain))
    if (one) found.add(one)
  }
  for (const pattern of [OPTION, WORKSPACE, FOLDER])
    for (const [, , name] of script.matchAll(pattern)) add(name!)
  for (const [, , file] of script.matchAll(FILE)) {
    let place = posix.dirname(file!)
    while (
      place !== '.' &&
      place !== '/' &&
      !packages.some(({ folder }) => folder === posix.normalize(place))
    )
      place = posix.dirname(place)
    add(place)
  }
  for (const [, run, by] of script.matchAll(SCRIPT)) {
    const name = (run ?? by)!
    if (seen.has(name) || !root.scripts[name]) continue
    seen.add(name)
    for (const one of namedIn(root.scripts[name], root, packages, seen)) found.add(one)
  }
  return found
}

/** As a person types it where the command was started: `cd apps/api && npx usertwo gate`. */
export function gateCommand(folder: string, from = process.cwd()): string {
  const place = relative(from, folder).split(sep).join('/')
  return `${place ? `cd ${/^[\w./@-]+$/.test(place) ? place : JSON.stringify(place)} && ` : ''}npx usertwo gate`
}
