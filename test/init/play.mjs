// One fixture of init: laid out as an adopter has it, init --yes, the gates, the printed edits, and a planted leak.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { installPinned } from '../../scripts/prepare/pinned.mjs'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CLI = join(ROOT, 'dist/cli/main.js')
const MINUTES = 40
const SOUND = ['pass', 'waived']

/** The names of the fixtures. */
export const FIXTURES = readdirSync(new URL('apps', import.meta.url)).sort()

/** What is planted in a fixture and who must name it, whether it goes on at all, on which Express it runs. */
export async function factsOf(name) {
  const { default: facts } = await import(
    pathToFileURL(join(ROOT, 'test/init/apps', name, 'fixture.mjs')).href
  )
  return facts
}

/** Installs the libraries that some fixtures need beside what `npm test` has. */
export const installLibraries = () => installPinned('test/matrix', 'the libraries of the fixtures')

/** The fixture in a folder of its own, with its packages beside it, as npm would have left them. */
export async function lay(name) {
  const { express } = await factsOf(name)
  const { folder, modules, remove } = layFolder(new URL(`apps/${name}`, import.meta.url), [
    join(ROOT, 'node_modules'),
    join(ROOT, 'test/matrix/node_modules'),
  ])
  rmSync(join(folder, 'fixture.mjs'))
  if (express) {
    rmSync(join(modules, 'express'))
    symlinkSync(join(ROOT, 'node_modules', express), join(modules, 'express'))
  }
  return { folder, remove }
}

/** A copy of an app, with the packages of these folders beside it; of two with one name that of the first. */
export function layFolder(app, packages) {
  const name = basename(fileURLToPath(app))
  const folder = join(mkdtempSync(join(tmpdir(), `usertwo-init-${name}-`)), name)
  cpSync(app, folder, { recursive: true })
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  for (const place of packages)
    for (const within of ['.', '.bin'])
      for (const one of existsSync(join(place, within)) ? readdirSync(join(place, within)) : [])
        if (!existsSync(join(modules, within, one)))
          symlinkSync(join(place, within, one), join(modules, within, one))
  rmSync(join(modules, 'usertwo'), { force: true })
  symlinkSync(ROOT, join(modules, 'usertwo'))
  // npm makes no link to a command that is not built yet.
  rmSync(join(modules, '.bin/usertwo'), { force: true })
  symlinkSync('../usertwo/dist/cli/main.js', join(modules, '.bin/usertwo'))
  const remove = () => rmSync(join(folder, '..'), { recursive: true, force: true, maxRetries: 3 })
  return { folder, modules, remove }
}

/** A command of usertwo in a folder, to its end. */
export const usertwo = (folder, ...args) => ran(folder, args)

/** The same, with variables of its own. */
export async function ran(folder, args, env = {}) {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const late = setTimeout(() => child.kill('SIGTERM'), MINUTES * 60_000)
  const printed = { stdout: '', stderr: '' }
  for (const sink of ['stdout', 'stderr']) child[sink].on('data', (text) => (printed[sink] += text))
  const [code] = await once(child, 'close')
  clearTimeout(late)
  return { code, ...printed }
}

/** The gates of a folder, or those named: whether they say GO, and what is red, in words. */
export async function gated(folder, ...args) {
  const { code, stdout, stderr } = await usertwo(folder, 'gate', ...args, '--json')
  if (!stdout.startsWith('{'))
    return { go: false, checks: 0, red: [stderr.trim() || `ended with ${code}`], notes: [] }
  const { go, phases } = JSON.parse(stdout)
  const checks = phases.flatMap((phase) => phase.checks)
  const red = checks
    .filter(({ verdict }) => !SOUND.includes(verdict))
    .map(
      ({ id, verdict, evidence }) =>
        `${id}: ${verdict}: ${evidence.map(({ what, route }) => `${route ?? ''} ${what}`).join('; ')}`,
    )
  const notes = checks.flatMap((check) => check.notes)
  return { go: go && code === 0, checks: checks.length, red, notes }
}

/** The leak of the fixture, put into a file of it. @throws where the file does not say what is to be replaced */
export function plant(folder, { file, from, to }) {
  const path = join(folder, file)
  const text = readFileSync(path, 'utf8')
  if (!text.includes(from)) throw new Error(`${file} of the fixture has no ${JSON.stringify(from)}`)
  writeFileSync(
    path,
    text.replace(from, () => to),
  )
}

/** Whether a gate has found the leak, by its name: a check that could not tell speaks of the route as well. */
export function isNamed({ go, red }, { names }) {
  return !go && red.some((one) => /^\S+: fail: /.test(one) && names.test(one))
}

/**
 * A fixture from its bare folder to its verdict: init --yes and all gates, its own tests where it has some, then the
 * leak and the gate that must name it.
 * @param options more of init's: `--run`
 * @returns what was wrong, in words; empty: nothing
 */
export async function played(name, ...options) {
  const { refused, warned, edit, leak, tests } = await factsOf(name)
  const { folder, remove } = await lay(name)
  try {
    const begun = await usertwo(folder, 'init', '--yes', ...options)
    if (refused)
      return begun.code !== 0 && refused.test(begun.stderr)
        ? []
        : [`not refused: ${begun.code} ${begun.stderr}`]
    if (begun.code !== 0) return [`init ended with ${begun.code}: ${begun.stderr.trim()}`]
    if (edit) plant(folder, edit)
    const wrong = (await gated(folder)).red
    if (warned && !warned.test(begun.stdout)) wrong.push(`not warned: ${begun.stdout}`)
    if (tests) wrong.push(...(await ownTests(folder, tests)))
    plant(folder, leak)
    const leaking = await gated(folder, '6', '--only', leak.only)
    const named = isNamed(leaking, leak)
    return [...wrong, ...(named ? [] : [`the leak was not named: ${leaking.red.join(' | ') || 'GO'}`])]
  } finally {
    remove()
  }
}

async function ownTests(folder, command) {
  const { code, stdout } = await usertwo(folder, 'test', '--', ...command)
  return code === 0 && /^at dial 8, .*: [1-9]\d* passed, 0 failed/m.test(stdout)
    ? []
    : [`its own tests: ${code}: ${stdout.trim().slice(-400)}`]
}
