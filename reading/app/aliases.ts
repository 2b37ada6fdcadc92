import { posix } from 'node:path'
import { readInside, type Texts } from './files.js'
import type { Package } from './packages.js'

/** One pattern of names, with the paths that it stands for, relative to the app's folder: `@src/*` → `src/*`. */
interface Alias {
  pattern: string
  paths: string[]
}

/** How many configurations may extend each other. */
const DEEP = 5

/**
 * Resolves names that tsconfig.json (`paths`, `baseUrl`) or package.json (`imports`, `_moduleAliases`) gives to paths.
 * Returns, for a module that a file imports, the paths it may stand for, without the end `.js`.
 */
export function moduleAliases(
  { folder }: Pick<Texts, 'folder'>,
  packages: readonly Package[],
): (module: string, from: string) => string[] {
  const known = new Map<string, Alias[]>()
  const aliasesIn = (place: string): Alias[] => {
    const before = known.get(place)
    if (before) return before
    const manifest = packages.find((one) => one.folder === place)?.entry
    const found = [
      ...ofCompiler(folder, posix.join(place, 'tsconfig.json')),
      ...ofCompiler(folder, posix.join(place, 'jsconfig.json')),
      ...aliasesOf(manifest?.imports, place),
      ...Object.entries(recordOf(manifest?._moduleAliases)).flatMap(([name, path]) =>
        aliasesOf({ [name]: path, [`${name}/*`]: `${path}/*` }, place),
      ),
    ]
    known.set(place, found)
    return found
  }
  return (module, from) => {
    for (let place = posix.dirname(from); ; place = posix.dirname(place)) {
      const paths = aliasesIn(place === '.' ? '' : place).flatMap((one) => pathsOf(one, module))
      if (paths.length) return paths
      if (place === '.' || place.startsWith('..')) return []
    }
  }
}

function pathsOf({ pattern, paths }: Alias, module: string): string[] {
  const [before, after] = pattern.split('*')
  if (after === undefined) return module === pattern ? paths : []
  if (module.length < pattern.length - 1 || !module.startsWith(before!) || !module.endsWith(after)) return []
  const inside = module.slice(before!.length, module.length - after.length)
  return paths.map((path) => path.replace('*', inside))
}

function aliasesOf(given: unknown, place: string): Alias[] {
  return Object.entries(recordOf(given)).map(([pattern, target]) => ({
    pattern,
    paths: textsIn(target).map((path) => posix.join(place, path)),
  }))
}

/** Reads `paths` of a tsconfig.json, or of the one that it extends. */
function ofCompiler(folder: string, file: string, deep = 0): Alias[] {
  const config = recordOf(parsed(readInside(folder, file)))
  const { baseUrl, paths } = recordOf(config.compilerOptions)
  const place = posix.dirname(file)
  const base = posix.join(place, typeof baseUrl === 'string' ? baseUrl : '.')
  const own = aliasesOf(paths, base)
  // A name that no pattern fits begins at `baseUrl`.
  if (typeof baseUrl === 'string') own.push({ pattern: '*', paths: [posix.join(base, '*')] })
  if (own.length || deep === DEEP) return own
  return textsIn(config.extends)
    .filter((one) => one.startsWith('.'))
    .flatMap((one) => ofCompiler(folder, posix.join(place, one.replace(/(?:\.json)?$/, '.json')), deep + 1))
}

/** JSON with comments and commas at the end, as TypeScript reads it. */
function parsed(text: string | null): unknown {
  const plain = (text ?? '{}')
    .replace(/("(?:[^"\\\n]|\\.)*")|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (_, quoted) => quoted ?? '')
    .replace(/("(?:[^"\\\n]|\\.)*")|,(?=\s*[\]}])/g, (_, quoted) => quoted ?? '')
  try {
    return JSON.parse(plain.replace(/^\uFEFF/, ''))
  } catch {
    return null
  }
}

const recordOf = (given: unknown): Record<string, unknown> =>
  typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {}

/** The texts of a list, of the conditions of an object, or of the text itself. */
function textsIn(given: unknown): string[] {
  if (typeof given === 'string') return [given]
  return Object.values(recordOf(given)).flatMap(textsIn)
}
