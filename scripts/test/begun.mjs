import { writeFileSync } from 'node:fs'

/**
 * A Vitest reporter that records which files have begun and not ended, for a run that is cut off before its
 * report.
 */
export default class Begun {
  #since = new Map()
  #file = process.env.BEGUN_FILE

  onTestModuleStart({ moduleId }) {
    this.#since.set(moduleId, Date.now())
    this.#write()
  }

  onTestModuleEnd({ moduleId }) {
    this.#since.delete(moduleId)
    this.#write()
  }

  #write() {
    writeFileSync(this.#file, JSON.stringify(Object.fromEntries(this.#since)))
  }
}
