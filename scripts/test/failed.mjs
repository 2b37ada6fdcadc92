import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/**
 * Returns the failed tests of a part, each with the first line of its error, so that a truncated log still
 * has them. For a run without a report, returns the files that were running.
 *
 * @param report JSON report of the runner: its name and its file; undefined for a check
 * @param cwd folder that file names are relative to
 */
export function failed(report, cwd) {
  if (!report) return []
  try {
    const parsed = JSON.parse(readFileSync(report.file, 'utf8'))
    if (report.by === 'gates') return parsed.flatMap(inExample)
    return report.by === 'playwright'
      ? parsed.suites.flatMap(inSuite)
      : parsed.testResults.flatMap(inFile(cwd))
  } catch {
    return notOver(report.file, cwd)
  }
}

/**
 * Returns the files that a run without a report was at: one of them may have hung, or the machine was slow.
 */
function notOver(file, cwd) {
  try {
    const begun = Object.entries(JSON.parse(readFileSync(begunFile(file), 'utf8')))
    const seconds = (since) => ((Date.now() - since) / 1000).toFixed(0)
    return begun.map(([name, since]) => `${relative(cwd, name)}: not over, begun ${seconds(since)} s ago`)
  } catch {
    return []
  }
}

/** @returns the file, next to the report, in which a run records which test files it is at */
export function begunFile(report) {
  return `${report}.begun`
}

function inFile(cwd) {
  return ({ name, status, message, assertionResults }) => {
    const file = relative(cwd, name)
    const tests = assertionResults.filter((test) => test.status === 'failed')
    if (status === 'failed' && tests.length === 0) return [`${file}: ${firstLine(message)}`]
    return tests.map((test) => `${file} > ${test.fullName}: ${firstLine(test.failureMessages?.[0])}`)
  }
}

function inSuite({ file, suites = [], specs = [] }) {
  const tests = specs
    .filter(({ ok }) => !ok)
    .map(({ title, tests: [first] }) => {
      const why = first?.results.find(({ error }) => error)?.error.message
      return `${file} › ${title}: ${firstLine(why)}`
    })
  return [...tests, ...suites.flatMap(inSuite)]
}

function inExample({ app, phases }) {
  return phases
    .filter(({ go }) => !go)
    .map(({ phase, checks }) => {
      const red = checks.filter(({ state }) => !['pass', 'waived'].includes(state))
      return `${app}: gate ${phase} is NO-GO: ${red.map(({ id }) => id).join(', ')}`
    })
}

function firstLine(text = 'it says no reason') {
  return stripVTControlCharacters(text).trim().split('\n')[0]
}
