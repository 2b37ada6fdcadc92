import { posix } from 'node:path'

/** The entries of a package.json that name its files, for other packages and for its own. */
export interface EntryManifest {
  main?: unknown
  module?: unknown
  exports?: unknown
  imports?: unknown
  bin?: unknown
  _moduleAliases?: unknown
}

/** Conditions that `import` and `require` use. Others, such as `types`, are for tools. */
const CONDITIONS = /^(?:\.|node|import|module-sync|require|default|module|development|production|source)$/
const BUILT = /^(?:dist|build|lib|out)\/(?:(?:cjs|esm)\/)?/

/**
 * Splits a module name into its package and the path below it: `@acme/db/pool` → `@acme/db`, `./pool`.
 * Returns null if it does not name a package.
 */
export function packageIn(module: string): { name: string; below: string } | null {
  if (/^[./#~]|^@\/|^node:|^$/.test(module)) return null
  const parts = module.split('/')
  const name = parts.splice(0, module.startsWith('@') ? 2 : 1).join('/')
  return { name, below: parts.length ? `./${parts.join('/')}` : '.' }
}

/**
 * Returns the files that a path below a package loads at run time, relative to the package. Extensions may be
 * missing.
 */
export function runFiles(manifest: EntryManifest, below: string): string[] {
  const { exports: given, main, module } = manifest
  const named =
    given === undefined
      ? below === '.'
        ? [main, module].filter((one): one is string => typeof one === 'string')
        : [below]
      : exportedFiles(given, below)
  return (named.length || given !== undefined ? named : ['index']).map((one) => posix.normalize(one))
}

/**
 * Returns the source files that a path below a package is built from, the likeliest first: `dist/index.js` is
 * built from `src/index.ts`.
 */
export function sourceFiles(manifest: EntryManifest, below: string): string[] {
  const named = runFiles(manifest, below)
  const unbuilt = (to: string) =>
    named.filter((one) => BUILT.test(one)).map((one) => one.replace(BUILT, to).replace(/\.[mc]?js$/, ''))
  return [...unbuilt('src/'), ...unbuilt(''), ...named, ...(below === '.' ? ['src/index', 'index'] : [])]
}

function exportedFiles(given: unknown, below: string): string[] {
  const isMap =
    typeof given === 'object' && given !== null && Object.keys(given).some((key) => key.startsWith('.'))
  if (!isMap) return below === '.' ? textsIn(given) : []
  const map = given as Record<string, unknown>
  if (below in map) return textsIn(map[below])
  const pattern = Object.keys(map).find((key) => {
    const [before, after] = key.split('*')
    return after !== undefined && below.startsWith(before!) && below.endsWith(after)
  })
  if (!pattern) return []
  const [before, after] = pattern.split('*') as [string, string]
  const star = below.slice(before.length, below.length - after.length)
  return textsIn(map[pattern]).map((one) => one.replaceAll('*', star))
}

/** Returns the files of all conditions that apply, in order. */
function textsIn(given: unknown): string[] {
  if (typeof given === 'string') return /\.d\.[mc]?ts$/.test(given) ? [] : [given]
  if (Array.isArray(given)) return given.flatMap(textsIn)
  if (typeof given !== 'object' || given === null) return []
  return Object.entries(given).flatMap(([key, value]) => (CONDITIONS.test(key) ? textsIn(value) : []))
}
