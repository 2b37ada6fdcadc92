import { existsSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { type Manifest, placeIn } from './manifest.js'

/** How the app is started today. */
export interface Start {
  command: string[]
  /** the app's own file among its words, relative to the folder */
  file: string
  at: string
}

const SOURCE = /\.[mc]?[jt]s$/
const USUAL = ['server', 'index', 'app', 'src/server', 'src/index', 'src/app', 'bin/www', 'src/main']
const ENDINGS = ['', '.js', '.mjs', '.cjs', '.ts']
/** Watchers start what they are given as Node does. */
const AS_NODE = /^(?:nodemon|node-dev|supervisor|forever|pm2-runtime)$/
const RUNNERS = /^(?:node|tsx|ts-node|ts-node-esm)$/

/** The start script, `main`, or a file with a usual name. Null: nothing says how the app is started. */
export function findStart(folder: string, manifest: Manifest): Start | null {
  for (const name of ['start', 'start:prod', 'serve', 'dev', 'start:dev']) {
    const script = manifest.scripts[name]
    const found = script && commandIn(folder, script)
    if (found) return { ...found, at: placeIn(manifest, name) }
  }
  const { main } = manifest
  for (const name of [...(main ? [main] : []), ...USUAL]) {
    const file = fileAt(folder, name)
    if (file)
      return {
        command: [...runnerOf(file), file],
        file,
        at: name === main ? placeIn(manifest, 'main') : file,
      }
  }
  return null
}

/** The last command of a script that runs a file of the app: `NODE_ENV=production node -r ts-node/register src/x.ts`. */
function commandIn(folder: string, script: string): Omit<Start, 'at'> | null {
  for (const part of script.split(/&&|;/).reverse()) {
    const words = part.trim().split(/\s+/)
    while (words[0] && (/^\w+=/.test(words[0]) || /^(?:cross-env|npx|exec|env)$/.test(words[0])))
      words.shift()
    const [program = '', ...args] = words
    if (!RUNNERS.test(program) && !AS_NODE.test(program)) continue
    const runs = args[0] === 'watch' ? args.slice(1) : args
    const at = runs.findIndex(
      (word, place) => !word.startsWith('-') && !takesValue(runs[place - 1]) && fileAt(folder, word),
    )
    const file = at < 0 ? null : fileAt(folder, runs[at]!)
    if (!file) continue
    const before = AS_NODE.test(program)
      ? runnerOf(file)
      : [program === 'node' ? 'node' : 'npx', ...(program === 'node' ? [] : [program])]
    const options = AS_NODE.test(program)
      ? []
      : runs.slice(0, at).filter((word) => !/^--?(?:watch|inspect)/.test(word))
    return { command: [...before, ...options, file], file }
  }
  return null
}

const takesValue = (word = '') => /^(?:-r|--require|--import|--loader|--env-file|-P|--project)$/.test(word)
const runnerOf = (file: string) => (/ts$/.test(file) ? ['npx', 'tsx'] : ['node'])

function fileAt(folder: string, name: string): string | null {
  const found = ENDINGS.map((ending) => `${name}${ending}`).find(
    (one) => existsSync(join(folder, one)) && (SOURCE.test(one) || one.endsWith('bin/www')),
  )
  return found ? normalize(found) : null
}
