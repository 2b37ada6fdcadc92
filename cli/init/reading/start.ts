import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, resolve } from 'node:path'
import { commandFor, workspaceOf } from '../../../reading/app/workspace-root.js'
import { type PackageManifest, placeIn } from './manifest.js'

/** How the app is started today. */
export interface StartCommand {
  command: string[]
  /** the app's own file among its words, relative to the folder */
  file: string
  /** where the script goes first, `cd server && node server.js`; the app's own paths count from there */
  cd?: string
  /** file that a script names before this one, and that is not there: a build that was not made */
  missing?: string
  at: string
}

/** As the script runs it, from the folder that the script runs it in. */
export function bareCommand({ command, file, cd }: Pick<StartCommand, 'command' | 'file' | 'cd'>): string[] {
  if (!cd) return command
  const there = command.map((word) => (word === file ? relative(cd, file) : word))
  return ['sh', '-c', `cd ${cd} && exec ${there.join(' ')}`]
}

/** A sentence on a script that starts a file which is not there; null: none does. */
export function missingStart(folder: string, manifest: PackageManifest): string | null {
  const [name, file] = namedButMissing(folder, manifest)[0] ?? []
  if (!name) return null
  const build = manifest.scripts.build
    ? `${commandFor(workspaceOf(folder)?.root ?? folder, folder, 'build')} makes it, if it is built; else `
    : ''
  return `"${name}" (${placeIn(manifest, name)}) starts ${file}, which is not there: ${build}let it name the file that starts the app`
}

const SCRIPTS = ['start', 'start:prod', 'serve', 'dev', 'start:dev']

/** The scripts that run a file which is not there, with that file. */
function namedButMissing(folder: string, { scripts }: PackageManifest): [name: string, file: string][] {
  return SCRIPTS.flatMap((name): [string, string][] => {
    const script = scripts[name]
    if (!script || commandIn(folder, script)) return []
    const found = /(?:^|[\s;&])(?:node|tsx|ts-node|nodemon)\s+(?:-\S+\s+)*([\w./-]+)/.exec(script)?.[1]
    return found ? [[name, found]] : []
  })
}

const SOURCE = /\.[mc]?[jt]s$/
const USUAL = ['server', 'index', 'app', 'src/server', 'src/index', 'src/app', 'bin/www', 'src/main']
const ENDINGS = ['', '.js', '.mjs', '.cjs', '.ts']
/** Watchers that start a file as Node does. */
const AS_NODE = /^(?:nodemon|node-dev|supervisor|forever|pm2-runtime)$/
const RUNNERS = /^(?:node|tsx|ts-node|ts-node-esm)$/

/** The start script, `main`, or a file with a usual name. Null: nothing says how the app is started. */
export function findStart(folder: string, manifest: PackageManifest): StartCommand | null {
  const [missed] = namedButMissing(folder, manifest)
  const missing = missed && { missing: missed[1] }
  for (const name of SCRIPTS) {
    const script = manifest.scripts[name]
    const found = script && commandIn(folder, script)
    if (found) return { ...found, ...(missed?.[0] !== name && missing), at: placeIn(manifest, name) }
  }
  const { main } = manifest
  const source = missed && (compiledFrom(folder, missed[1]) ?? sourceOf(folder, missed[1]))
  if (source) return { command: [...runnerOf(folder, source), source], file: source, ...missing, at: source }
  for (const name of [...(main ? [main] : []), ...USUAL]) {
    const file = fileAt(folder, name)
    if (file)
      return {
        command: [...runnerOf(folder, file), file],
        file,
        ...missing,
        at: name === main ? placeIn(manifest, 'main') : file,
      }
  }
  return null
}

/** The last command of a script that runs a file of the app: `NODE_ENV=production node -r ts-node/register src/x.ts`. */
function commandIn(folder: string, script: string): Omit<StartCommand, 'at'> | null {
  const cd = placeOf(script)
  if (cd === null) return null
  for (const part of script.split(/&&|;/).reverse()) {
    const words = part.trim().split(/\s+/)
    while (words[0] && (/^\w+=/.test(words[0]) || /^(?:cross-env|npx|exec|env)$/.test(words[0])))
      words.shift()
    const [program = '', ...args] = words
    if (!RUNNERS.test(program) && !AS_NODE.test(program)) continue
    const runs = args[0] === 'watch' ? args.slice(1) : args
    const at = runs.findIndex(
      (word, place) =>
        !word.startsWith('-') && !takesValue(runs[place - 1]) && fileAt(folder, join(cd, word)),
    )
    const file = at < 0 ? null : fileAt(folder, join(cd, runs[at]!))
    if (!file) continue
    const before = AS_NODE.test(program)
      ? runnerOf(folder, file)
      : [program === 'node' ? 'node' : 'npx', ...(program === 'node' ? [] : [program])]
    const options = AS_NODE.test(program)
      ? []
      : runs.slice(0, at).filter((word) => !/^--?(?:watch|inspect)/.test(word))
    return { command: [...before, ...options, file], file, ...(cd && { cd }) }
  }
  return null
}

/** Where a script changes to: empty, it stays; null: outside the folder. */
function placeOf(script: string): string | null {
  const places = [...script.matchAll(/(?:^|&&|;)\s*cd\s+(["']?)([\w./-]+)\1\s*(?=&&|;)/g)].map(
    ([, , place]) => place!,
  )
  const to = normalize(join(...places, '.'))
  if (to.startsWith('..') || to.startsWith('/')) return null
  return to === '.' ? '' : to.replace(/\/$/, '')
}

const takesValue = (word = '') => /^(?:-r|--require|--import|--loader|--env-file|-P|--project)$/.test(word)
const has = (folder: string, name: string): boolean =>
  existsSync(join(folder, 'node_modules', name)) || (dirname(folder) !== folder && has(dirname(folder), name))

/** What runs a file: for TypeScript `tsx`, unless `ts-node` alone is installed. */
function runnerOf(folder: string, file: string): string[] {
  if (!/ts$/.test(file)) return ['node']
  const from = resolve(folder)
  return ['npx', !has(from, 'tsx') && has(from, 'ts-node') ? 'ts-node' : 'tsx']
}

function fileAt(folder: string, name: string): string | null {
  const found = ENDINGS.map((ending) => `${name}${ending}`).find(
    (one) =>
      existsSync(join(folder, one)) &&
      (SOURCE.test(one) || one.endsWith('bin/www')) &&
      !compiledFrom(folder, one),
  )
  return found ? normalize(found) : null
}

const COMPILED = /Object\.defineProperty\(exports, "__esModule"/
/** Marks of what a bundler packed, and the characters of a line, on average, from which on a file was packed. */
const PACKED = { marks: /\b__(?:webpack_require__|nccwpck_require__|toESM\()/, line: 400 }

/**
 * Returns the source of a file that tsc compiled to CommonJS or a bundler packed, where it is next to it, or null.
 * No `express_1.default()` is read.
 */
export function compiledFrom(folder: string, file: string): string | null {
  if (!existsSync(join(folder, file))) return null
  const text = readFileSync(join(folder, file), 'utf8')
  const isPacked = PACKED.marks.test(text) || text.length / text.split('\n').length > PACKED.line
  return isPacked || COMPILED.test(text) ? sourceOf(folder, file, isPacked) : null
}

/**
 * Returns the TypeScript that a built file is made of, whether it was built or not, or null.
 * @param isPacked a bundle has a name of its own, such as main.js of src/index.ts
 */
function sourceOf(folder: string, file: string, isPacked = false): string | null {
  const [, below] = /^(?:\.\/)?(?:dist|build|out|lib)\/(.+?)(?:\.[mc]?js)?$/.exec(file) ?? []
  if (!below) return null
  const usual = isPacked ? USUAL.filter((name) => name.startsWith('src/')) : []
  const sources = [`src/${below}`, below, ...usual].map((name) => `${name}.ts`)
  return sources.find((one) => existsSync(join(folder, one))) ?? null
}

/** A sentence on a start for which nothing is installed that runs TypeScript; null: it can be started. */
export function missingRunner(folder: string, { command: [npx, runner], file }: StartCommand): string | null {
  if (npx !== 'npx' || runner !== 'tsx' || has(resolve(folder), 'tsx')) return null
  const install = 'npm install --save-dev tsx'
  return `${file} is TypeScript, and neither tsx nor ts-node is installed to run it: ${install}`
}
