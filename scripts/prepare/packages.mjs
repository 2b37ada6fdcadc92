import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { changedAt, must, ROOT, say } from './step.mjs'

// With NODE_ENV=production, npm would leave out the packages for building and checking.
const INSTALL = ['ci', '--include=dev', '--no-audit', '--no-fund']
const FIX = 'Check the connection and npm’s registry (npm ping), then start again.'

/** Installs the packages of package-lock.json if node_modules is missing or older. */
export function installPackages() {
  const installed = changedAt(join(ROOT, 'node_modules', '.package-lock.json'))
  if (installed > 0 && installed >= changedAt(join(ROOT, 'package-lock.json'))) return
  say('Installing packages (npm ci) …')
  const [program, before] = npmCommand()
  must('npm ci', FIX, program, [...before, ...INSTALL], { files: manifests() })
}

/** Returns the manifests of all packages that are installed on every platform. */
function manifests() {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
  return Object.entries(packages)
    .filter(([path, { link, optional }]) => path.includes('node_modules/') && !link && !optional)
    .map(([path]) => join(ROOT, path, 'package.json'))
}

/** Returns the npm that started this process, or else the one on PATH. */
function npmCommand() {
  const path = process.env.npm_execpath
  return path?.endsWith('.js') ? [process.execPath, [path]] : ['npm', []]
}
