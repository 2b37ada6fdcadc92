import { join } from 'node:path'
import { attempt, changedAt, must, ROOT, say } from './step.mjs'

/** Installs what package-lock.json says, when node_modules is missing or older. */
export function installPackages() {
  const installed = changedAt(join(ROOT, 'node_modules', '.package-lock.json'))
  if (installed > 0 && installed >= changedAt(join(ROOT, 'package-lock.json'))) return
  say('Installing packages (npm ci) …')
  // With NODE_ENV=production npm would leave out what builds and checks.
  const args = ['--include=dev', '--no-audit', '--no-fund']
  const first = npm(['ci', ...args])
  if (first.ok) return
  const why = first.printed.split('\n').filter((line) => line.startsWith('npm error') && line.length > 12)
  say(`npm ci failed:\n${why.slice(0, 4).join('\n')}\nTrying npm install instead …`)
  const [program, before] = npmCommand()
  const cure = 'Check the connection and npm’s registry (npm ping), then start again.'
  must('npm install', cure, program, [...before, 'install', ...args])
}

const npm = (args) => {
  const [program, before] = npmCommand()
  return attempt(program, [...before, ...args])
}

/** The npm that started this, else the one on PATH. */
function npmCommand() {
  const path = process.env.npm_execpath
  return path?.endsWith('.js') ? [process.execPath, [path]] : ['npm', []]
}
