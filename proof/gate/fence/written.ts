import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

const SOURCE = /\.(?:[cm]?[jt]sx?|json|ya?ml|toml)$/
const LEFT_OUT = new Set(['node_modules', '.git', '.usertwo', 'package-lock.json'])
/** Larger files are not sources. Bytes. */
const LARGEST = 512 * 1024

/** Returns where in the folder's `.env` files a variable is set, `file:line`, and what else is set there. */
export function inEnvFiles(folder: string, is: (name: string, value: string) => boolean): EnvLine[] {
  const files = readdirSync(folder).filter((name) => /^\.env(?:\.|$)/.test(name))
  return files.flatMap((file) =>
    linesOf(join(folder, file)).flatMap((line, at) => {
      const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line) ?? []
      const plain = value?.replace(/^(["'`])(.*)\1.*$/, '$2')
      return name && is(name, plain ?? '') ? [{ name, at: `${file}:${at + 1}` }] : []
    }),
  )
}

export interface EnvLine {
  name: string
  at: string
}

/** A file of the app: its name, and its whole text. */
type Fits = (name: string, text: string) => boolean

/** Returns the first line of the app's own sources that contains the text, `file:line`, in files that fit. */
export function inSources(folder: string, text: RegExp, fits: Fits = () => true): string | null {
  return below(folder, folder, text, fits)
}

function below(folder: string, from: string, text: RegExp, fits: Fits): string | null {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (LEFT_OUT.has(entry.name)) continue
    if (entry.isDirectory()) {
      const found = below(path, from, text, fits)
      if (found) return found
    } else if (entry.isFile() && SOURCE.test(entry.name) && statSync(path).size <= LARGEST) {
      const lines = linesOf(path)
      const at = lines.findIndex((line) => text.test(line))
      if (at >= 0 && fits(entry.name, lines.join('\n'))) return `${relative(from, path)}:${at + 1}`
    }
  }
  return null
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}
