/** What turning the dial back from a phase changes. No schema is rolled back, and nothing is deleted. */
export const BACKOUT = {
  1: 'Nothing to undo: phase 1 only records, and the app runs as before.',
  2: '`USERTWO_PHASE=1`: the app answers with its own headers, errors and open back doors again.',
  3: '`USERTWO_PHASE=2`: the tables stay, unused; the app does not see them.',
  4: '`USERTWO_PHASE=3`, or `USER_MGMT_ENABLED=false`: no user is identified, and every request is the owner’s. Accounts stay stored.',
  5: '`USERTWO_PHASE=4`, or `USER_MGMT_ENABLED=false`: pages open without a login again.',
  6: '`USERTWO_PHASE=5`: the app is the owner’s app over the owner’s rows; other users get 503, and their rows stay untouched.',
  7: '`USERTWO_PHASE=6`: retired pages are served again to logged-in users.',
  8: '`USERTWO_PHASE=7`: nothing changes for users; phase 8 only checks that everything is ready.',
}

/** Returns the phases that neither depend on a phase nor are needed by it, directly or indirectly. */
function beside(phase, phases) {
  const byNumber = new Map(phases.map((one) => [one.number, one]))
  const below = (number) => byNumber.get(number).needs.flatMap((need) => [need, ...below(need)])
  return phases.filter(
    ({ number }) =>
      number !== phase.number &&
      !below(phase.number).includes(number) &&
      !below(number).includes(phase.number),
  )
}

const list = (numbers) => (numbers.length ? numbers.join(', ') : 'none')
const count = ({ exercised, unit, verdict }) => (exercised ? `${exercised} ${unit}` : verdict)
const STATUS = { pass: 'met', waived: 'waived', fail: 'not met', unknown: 'not met (unknown)' }

function section(phase, result, phases, date) {
  const checks = result?.checks ?? []
  const open = checks.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'waived')
  const waived = checks.filter(({ verdict }) => verdict === 'waived').length
  const rows = checks.map((check) => {
    const proofs = check.mutants.length
      ? `${check.mutants.filter(({ red }) => red).length} of ${check.mutants.length}`
      : ''
    return `| [\`${check.id}\`](docs/checks.md#${check.id.replaceAll('.', '')}) | ${check.title} | ${STATUS[check.verdict]} | ${count(check)} | ${proofs} |`
  })
  const next = !result
    ? 'run its gate'
    : open.length
      ? open.map(({ id, fix }) => `\`${id}\`: ${fix}`).join(' ')
      : result.go
        ? 'none'
        : 'add checks'
  return `## ${phase.number} ${phase.name}

${phase.purpose}

- Go/no-go: **${result?.go ? 'GO' : 'NO-GO'}**
- Status: ${checks.length - open.length - waived} of ${result ? checks.length : phase.checks.length} checks met${waived ? `, ${waived} waived` : ''}
- Depends on: ${list(phase.needs)}
- Parallel with: ${list(beside(phase, phases).map(({ number }) => number))}
- Back-out: ${BACKOUT[phase.number]}
- Next action: ${next}
- Last updated: ${date}

| check | fact | status | exercised | defects turned red |
|---|---|---|---|---|
${rows.join('\n')}`
}

/**
 * Writes PHASES.md from the results of the gates.
 *
 * @param phases the registry, for purpose and dependencies
 * @param report the document of `usertwo gate --json`
 * @param date ISO day of the report
 */
export function phasesPage(phases, report, date) {
  const results = new Map(report.phases.map((result) => [result.phase, result]))
  return `# Phases

<!-- Written by \`npm run phases\` from gate results. -->

The gates of ${report.app}, as they last ended. A phase is GO when each of its checks passed or is waived; \`npm start -- --gates\` runs them again.
Turning back is turning the dial back: no schema is rolled back and nothing is lost.

${phases.map((phase) => section(phase, results.get(phase.number), phases, date)).join('\n\n')}
`
}
