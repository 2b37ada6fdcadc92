import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/**
 * The tests of a part that failed, each with the first line of why: a log that is cut in its middle still has them. Of a
 * run that came to no report, the files it was at.
 *
 * @param report JSON report of the runner: its name, and the file; none for a check
 * @param cwd folder that files are named from
 */
export function failed(report, cwd) {
  if (!report) return []
  try {
    const told = JSON.parse(readFileSync(report.file, 'utf8'))
    return report.by === 'playwright' ? told.suites.flatMap(inSuite) : told.testResults.flatMap(inFile(cwd))
  } catch {
    return notOver(report.file, cwd)
  }
}

/** What a run that has no report was at: one of its files may have hung, or the machine was slow. */
function notOver(file, cwd) {
  try {
    const begun = Object.entries(JSON.parse(readFileSync(begunFile(file), 'utf8')))
    const seconds = (since) => ((Date.now() - since) / 1000).toFixed(0)
    return begun.map(([name, since]) => `${relative(cwd, name)}: not over, begun ${seconds(since)} s ago`)
  } catch {
    return []
  }
}

/** @returns where a run says which files it is at, beside its report */
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

function firstLine(text = 'it says no reason') {
  return stripVTControlCharacters(text).trim().split('\n')[0]
}
