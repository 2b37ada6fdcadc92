import { readInside, type Texts } from './files.js'
import type { Package } from './packages.js'

/** One installed or locked copy of a package, with its version and where that is written. */
export interface Copy {
  version: string
  /** `node_modules/x/node_modules/pg`, or the key in the lock file */
  path: string
  at: string
}

/** Returns the copy that the app loads: the one of the major version that its range names, least nested; null: none is listed. */
export function ownCopy(
  name: string,
  range: string,
  texts: Texts,
  packages: readonly Package[],
): Copy | null {
  const nested = ({ path }: Copy) => path.split('node_modules/').length
  const copies = copiesOf(name, texts, packages).sort((a, b) => nested(a) - nested(b))
  const major = /\d+/.exec(range)?.[0]
  return copies.find(({ version }) => version.split('.')[0] === major) ?? copies[0] ?? null
}

/** Returns every copy of a package listed in the lock files or, without a lock file, every installed copy. */
export function copiesOf(name: string, texts: Texts, packages: readonly Package[]): Copy[] {
  const locked = [...texts.texts].flatMap(([file, text]) => {
    const kind = file.split('/').at(-1)
    if (kind === 'package-lock.json' || kind === 'npm-shrinkwrap.json') return inNpm(file, text, name)
    if (kind === 'yarn.lock')
      return inLines(file, text, new RegExp(`^"?${name}@`), /^\s+version:? "?([^"\s]+)/)
    if (kind === 'pnpm-lock.yaml')
      return inLines(file, text, new RegExp(`^ {2}'?/?${name}[@/](\\d[^:'(]*)(?:\\([^:]*\\))?'?:`))
    return []
  })
  if (locked.length) return unique(locked)
  return packages.flatMap(({ folder }) => {
    const path = `${folder && `${folder}/`}node_modules/${name}/package.json`
    const version = /"version"\s*:\s*"([^"]+)"/.exec(readInside(texts.folder, path) ?? '')?.[1]
    return version ? [{ version, path: path.replace('/package.json', ''), at: `${path}:1` }] : []
  })
}

function inNpm(file: string, text: string, name: string): Copy[] {
  const lines = text.split('\n')
  let inside: { path: string; line: number } | null = null
  const found: Copy[] = []
  lines.forEach((line, at) => {
    const key = /^\s*"([^"]*)": \{/.exec(line)?.[1]
    if (key === `node_modules/${name}` || key?.endsWith(`/node_modules/${name}`))
      inside = { path: key, line: at + 1 }
    const version = inside && /^\s*"version": "([^"]+)"/.exec(line)?.[1]
    if (inside && version) {
      found.push({ version, path: inside.path, at: `${file}:${inside.line}` })
      inside = null
    }
  })
  return found
}

/**
 * Finds copies by a head line that names the package. The version is in that line or in one of the next
 * three.
 */
function inLines(file: string, text: string, head: RegExp, below?: RegExp): Copy[] {
  const lines = text.split('\n')
  return lines.flatMap((line, at) => {
    const found = head.exec(line)
    if (!found) return []
    const version = below
      ? lines
          .slice(at + 1, at + 4)
          .map((one) => below.exec(one)?.[1])
          .find(Boolean)
      : found[1]
    return version ? [{ version, path: line.trim().replace(/:$/, ''), at: `${file}:${at + 1}` }] : []
  })
}

function unique(copies: Copy[]): Copy[] {
  return [
    ...new Map(
      copies.map((copy) => [`${copy.at.split(':')[0]} ${copy.path} ${copy.version}`, copy]),
    ).values(),
  ]
}
