import { readFileSync } from 'node:fs'

/**
 * Returns how many tests of a part passed and failed; a part without tests counts as one. A crashed part is a
 * failure, whatever its report says, and so is one that has no test; all of them may be skipped, as on another Node.
 *
 * @param status exit code; null if it was killed
 * @param report JSON report of the runner: its name and its file; undefined for a check
 */
export function count(status, report) {
  const counts = report ? fromReport(report) : { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 }
  const { skipped = 0, ...ran } = counts
  const silent = ran.passed + ran.failed + skipped === 0
  if (ran.failed === 0 && (status !== 0 || silent)) return { ...ran, failed: 1, crashed: true }
  return ran
}

function fromReport({ by, file }) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'))
    if (by === 'gates') {
      const gates = report.flatMap(({ phases }) => phases)
      const passed = gates.filter(({ go }) => go).length
      return { passed, failed: gates.length - passed }
    }
    if (by === 'playwright') {
      const { expected, flaky, unexpected } = report.stats
      return { passed: expected + flaky, failed: unexpected }
    }
    // A file that could not be loaded counts as one failure.
    const broken = report.testResults.filter(
      (one) => one.status === 'failed' && !one.assertionResults.some((test) => test.status === 'failed'),
    )
    const skipped = report.numPendingTests
    return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length, skipped }
  } catch {
    return { passed: 0, failed: 0 }
  }
}
