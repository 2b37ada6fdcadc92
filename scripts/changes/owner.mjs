// The folder of an app’s owner: a throw-away copy of an example, in a git repository of its own, with its packages.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { layFolder } from '../../test/init/play.mjs'
import { ROOT } from '../prepare/step.mjs'
import { install, writeLockfile } from './packages.mjs'

const IGNORED = ['node_modules', '.usertwo', 'dist', 'backups', '.data']
const AUTHOR = ['-c', 'user.name=owner', '-c', 'user.email=owner@app.example', '-c', 'commit.gpgsign=false']
const CLI = join(ROOT, 'dist', 'cli', 'main.js')
/** Where gates keep their last verdicts. */
const KEPT = '.usertwo'

/**
 * Lays out an example as its owner has it, on branch `main`, or finds the copy that an earlier run has kept.
 * @param packages what the app has instead of the packages of this repository: `{ name: source }`
 * @param kept the folder in which the copy stays; undefined: a temporary one that `remove` removes
 */
export async function ownersFolder(app, packages, kept) {
  const place = kept && join(kept, app)
  const isThere = place !== undefined && existsSync(join(place, '.git'))
  const laid = isThere
    ? null
    : layFolder(pathToFileURL(join(ROOT, 'examples', app)), [join(ROOT, 'node_modules')])
  const folder = place ?? laid.folder
  if (laid && place) {
    mkdirSync(kept, { recursive: true })
    renameSync(laid.folder, place)
    laid.remove()
  }
  const owner = ownerOf(folder)
  if (laid) {
    appendFileSync(join(folder, '.gitignore'), IGNORED.map((name) => `${name}\n`).join(''))
    writeLockfile(folder)
    install(folder, packages)
    await owner.git('init', '-q', '-b', 'main')
    await owner.commit('The app at dial 8')
  }
  const remove = () => place === undefined && laid.remove()
  return { ...owner, isNew: laid !== null, remove }
}

function ownerOf(folder) {
  const git = (...args) => succeeded('git', [...AUTHOR, ...args], { cwd: folder })
  const state = join(dirname(folder), 'kept-gates')
  /** Puts the folder back to what git has, with the gates that `main` has kept. */
  async function cleanWithGates() {
    await git('clean', '-fdq')
    if (!existsSync(state)) return
    rmSync(join(folder, KEPT), { recursive: true, force: true })
    cpSync(state, join(folder, KEPT), { recursive: true, preserveTimestamps: true })
  }
  return {
    folder,
    git,
    async commit(subject) {
      await git('add', '-A')
      await git('commit', '-q', '--allow-empty', '-m', subject)
    },
    /** Puts the folder back to `main`, with the gates that it has kept. */
    async reset() {
      await git('checkout', '-qf', 'main')
      await cleanWithGates()
    },
    /** Puts the folder on a new branch from `main`, with the gates that `main` has kept. */
    async branch(name) {
      await git('checkout', '-qf', '-B', name, 'main')
      await cleanWithGates()
    },
    /** Keeps the gates of `main` for its branches. */
    keepGates() {
      rmSync(state, { recursive: true, force: true })
      cpSync(join(folder, KEPT), state, { recursive: true, preserveTimestamps: true })
    },
    /** How many lines of these files a branch has added to `main` or changed. */
    async linesOf(...files) {
      const counts = (await git('diff', '--numstat', 'main', '--', ...files))
        .trim()
        .split('\n')
        .filter(Boolean)
      return counts.reduce((sum, line) => sum + Number(line.split('\t')[0]), 0)
    },
    /** Runs a command of usertwo to its end. */
    usertwo: (...args) => ran(process.execPath, [CLI, ...args], { cwd: folder }),
  }
}

/** Runs a program to its end, and returns what it printed. */
export async function ran(program, args, { cwd, env = {} }) {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = { stdout: '', stderr: '' }
  for (const sink of ['stdout', 'stderr']) child[sink].on('data', (text) => (printed[sink] += text))
  const [code] = await once(child, 'close')
  return { code, ...printed }
}

/** The same for a program that must succeed. @throws Error with what it printed */
export async function succeeded(program, args, options) {
  const { code, stdout, stderr } = await ran(program, args, options)
  if (code === 0) return stdout
  throw new Error(`${[program, ...args].join(' ')} ended with ${code}\n${stderr}${stdout}`)
}
