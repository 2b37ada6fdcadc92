import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { attempt, changedAt, must, ROOT, say } from './step.mjs'

/** Tools that bring a program for each platform: the lock file of one platform may lack another's. */
const NATIVE = [
  ['rollup', '--version'],
  ['@biomejs/biome/bin/biome', '--version'],
]
// With NODE_ENV=production npm would leave out what builds and checks.
const INSTALL = ['install', '--include=dev', '--no-audit', '--no-fund']
const CURE = 'Check the connection and npm’s registry (npm ping), then start again.'

/** Installs what package-lock.json says, when node_modules is missing or older; it is kept as it is. */
export function installPackages() {
  const installed = changedAt(join(ROOT, 'node_modules', '.package-lock.json'))
  if (installed > 0 && installed >= changedAt(join(ROOT, 'package-lock.json'))) return
  say('Installing packages (npm install) …')
  install('--no-save')
  const missing = NATIVE.filter((program) => !runs(program))
  if (missing.length === 0) return
  say('The lock file lacks packages of this platform; installing without it …')
  rmSync(join(ROOT, 'node_modules'), { recursive: true, force: true })
  install('--no-package-lock')
}

function install(how) {
  const [program, before] = npmCommand()
  must('npm install', CURE, program, [...before, ...INSTALL, how])
}

function runs([path, ...args]) {
  const file = path === 'rollup' ? join('rollup', 'dist', 'bin', 'rollup') : path
  return attempt(process.execPath, [join(ROOT, 'node_modules', file), ...args]).ok
}

/** The npm that started this, else the one on PATH. */
function npmCommand() {
  const path = process.env.npm_execpath
  return path?.endsWith('.js') ? [process.execPath, [path]] : ['npm', []]
}
