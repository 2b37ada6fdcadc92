// Copies of the toolkit in which registration is open without a gate's GO, because isolation does not matter
// here. In the control nothing is equalised: an unknown address costs no hash, no work is done to be undone,
// and no response is delayed.
import { cpSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const AUTH = 'src/phases/4-auth'
const RECORDED_GO = 'src/phases/6-isolation/start/recorded-go'
const OPEN = 'export async function recordedGoProblem() { return null }\n'
const UNDONE = 'export async function undone() {}\n'
const NO_SOONER = 'export const noSooner = (_ms, work) => work()\n'
const PASSWORDS = `import * as real from './passwords.equal.js'
export * from './passwords.equal.js'
export function passwords(options) {
  const made = real.passwords(options)
  return { ...made, verify: async (given, stored) => stored !== null && made.verify(given, stored) }
}
`

/** @param isEqual whether the work is equalised, as in the toolkit */
export function openCopy(isEqual) {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-timing-'))
  const dist = join(folder, 'dist')
  cpSync(join(ROOT, 'dist'), dist, { recursive: true })
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'))
  for (const one of ['node_modules', 'migrations']) symlinkSync(join(ROOT, one), join(folder, one))
  writeFileSync(join(dist, `${RECORDED_GO}.js`), OPEN)
  if (!isEqual) {
    renameSync(
      join(dist, AUTH, 'passwords', 'passwords.js'),
      join(dist, AUTH, 'passwords', 'passwords.equal.js'),
    )
    writeFileSync(join(dist, AUTH, 'passwords', 'passwords.js'), PASSWORDS)
    writeFileSync(join(dist, AUTH, 'throttle', 'undone.js'), UNDONE)
    writeFileSync(join(dist, AUTH, 'throttle', 'no-sooner.js'), NO_SOONER)
  }
  return {
    url: pathToFileURL(`${dist}/`).href,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
