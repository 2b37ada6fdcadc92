import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

/** How the packages of a repository are installed and built together. */
export interface Workspace {
  /** the folder whose package.json or pnpm-workspace.yaml lists the packages */
  root: string
  manager: 'npm' | 'pnpm' | 'yarn'
}

/**
 * Finds the npm, pnpm or yarn workspace of which a folder is the root or a package. Returns null if there is
 * none.
 */
export function workspaceOf(folder: string): Workspace | null {
  for (let root = folder; ; root = dirname(root)) {
    const patterns = patternsOf(root)
    if (patterns && (root === folder || isListed(relative(root, folder).split(sep).join('/'), patterns)))
      return { root, manager: managerOf(root) }
    if (root === dirname(root)) return null
  }
}

/**
 * Returns the command that runs a script of a package, as typed in `root`: `npm run build --workspace
 * apps/web`. Without a workspace, the command runs in the package's folder.
 */
export function commandFor(root: string, folder: string, script: string): string {
  const place = relative(root, folder).split(sep).join('/')
  const workspace = workspaceOf(folder)
  const run = /^(?:start|test)$/.test(script) ? script : `run ${script}`
  if (!place || !workspace) return place ? `npm --prefix ${place} ${run}` : `npm ${run}`
  if (workspace.manager === 'npm') return `npm ${run} --workspace ${place}`
  return workspace.manager === 'pnpm'
    ? `pnpm --filter ./${place} ${run}`
    : `yarn workspace ${nameIn(folder) ?? place} ${script}`
}

/** Returns the command that installs a package for one package of the workspace. */
export function installFor(root: string, folder: string, name: string): string {
  const place = relative(root, folder).split(sep).join('/')
  const workspace = workspaceOf(folder)
  if (!place) return workspace?.manager === 'pnpm' ? `pnpm add ${name}` : `npm install ${name}`
  if (!workspace) return `npm --prefix ${place} install ${name}`
  if (workspace.manager === 'npm') return `npm install ${name} --workspace ${place}`
  return workspace.manager === 'pnpm'
    ? `pnpm --filter ./${place} add ${name}`
    : `yarn workspace ${nameIn(folder) ?? place} add ${name}`
}

interface RootManifest {
  name?: unknown
  packageManager?: unknown
  workspaces?: unknown
}

function patternsOf(root: string): string[] | null {
  const pnpm = textOf(join(root, 'pnpm-workspace.yaml'))
  if (pnpm !== null) return pnpmPatterns(pnpm)
  const { workspaces } = manifestOf(root)
  const given = Array.isArray(workspaces)
    ? workspaces
    : (workspaces as { packages?: unknown } | undefined)?.packages
  return Array.isArray(given) ? given.filter((one): one is string => typeof one === 'string') : null
}

/** Returns the items below `packages:`, the only list of folders in the file. */
function pnpmPatterns(text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace(/\s+#.*$|^#.*$/, ''))
  const first = lines.findIndex((line) => /^packages\s*:/.test(line))
  if (first < 0) return []
  const inline = /\[(.*)\]/.exec(lines[first]!)?.[1]
  if (inline !== undefined) return inline.split(',').map(unquoted)
  const rest = lines.slice(first + 1)
  const end = rest.findIndex((line) => /^\w/.test(line))
  return rest.slice(0, end < 0 ? undefined : end).flatMap((line) => {
    const item = /^\s*-\s+(.+)$/.exec(line)?.[1]
    return item ? [unquoted(item)] : []
  })
}

const unquoted = (text: string) => text.trim().replace(/^(["'])(.*)\1$/, '$2')

/** Returns whether a folder matches patterns such as `apps/*`, `packages/**` and `!packages/old`. */
function isListed(place: string, patterns: readonly string[]): boolean {
  const fits = (pattern: string) => {
    const plain = pattern.replace(/^\.\//, '').replace(/\/$/, '')
    const source = plain
      .replace(/[.+^${}()|[\]\\?]/g, '\\$&')
      .replace(/\*\*\/?|\*/g, (star) => (star === '*' ? '[^/]*' : '.*'))
    return new RegExp(`^${source}$`).test(place)
  }
  return (
    patterns.some((one) => !one.startsWith('!') && fits(one)) &&
    !patterns.some((one) => one.startsWith('!') && fits(one.slice(1)))
  )
}

function managerOf(root: string): Workspace['manager'] {
  const named = /^(npm|pnpm|yarn)@/.exec(String(manifestOf(root).packageManager ?? ''))?.[1]
  if (named) return named as Workspace['manager']
  const has = (file: string) => existsSync(join(root, file))
  if (has('pnpm-workspace.yaml') || has('pnpm-lock.yaml')) return 'pnpm'
  return has('yarn.lock') ? 'yarn' : 'npm'
}

const nameIn = (folder: string): string | null => {
  const { name } = manifestOf(folder)
  return typeof name === 'string' ? name : null
}

function manifestOf(folder: string): RootManifest {
  try {
    return JSON.parse(textOf(join(folder, 'package.json')) ?? '{}') as RootManifest
  } catch {
    return {}
  }
}

const textOf = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : null)
