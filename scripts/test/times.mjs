import { appendFileSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

/** A Vitest reporter that writes a line for each file: where its time went, in ms. */
export default class Times {
  #file = process.env.TIMES_FILE

  onTestModuleEnd(module) {
    if (!this.#file) return
    const { prepareDuration, environmentSetupDuration, collectDuration, setupDuration, duration } =
      module.diagnostic()
    const line = {
      file: relative(process.cwd(), module.moduleId),
      tests: [...module.children.allTests()].length,
      loading: prepareDuration + environmentSetupDuration + collectDuration + setupDuration,
      running: duration,
    }
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`)
  }
}

/** Returns the files of a run, the longest first, and their sums, in seconds. */
export function table(file) {
  const lines = read(file).sort((one, other) => other.loading + other.running - one.loading - one.running)
  const seconds = (ms) => (ms / 1000).toFixed(1).padStart(8)
  const row = ({ file, tests, loading, running }) =>
    `${seconds(loading)}${seconds(running)}${String(tests).padStart(7)}  ${file}`
  const sum = (key) => lines.reduce((total, line) => total + line[key], 0)
  const all = {
    file: `all ${lines.length} files`,
    ...Object.fromEntries(['tests', 'loading', 'running'].map((key) => [key, sum(key)])),
  }
  return ['\n loading running  tests', ...lines.map(row), row(all), ''].join('\n')
}

function read(file) {
  try {
    return readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  } catch {
    return []
  }
}
