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
const STATUS = { pass: '', waived: 'waived: ', fail: 'not met: ', unknown: 'not met (unknown): ' }
const isOpen = ({ verdict }) => verdict !== 'pass' && verdict !== 'waived'

/** What a check found in one app: `60 routes; 2 of 2 red`. */
function cell(check) {
  if (!check) return 'does not apply'
  const { verdict, exercised, unit, mutants } = check
  const red = mutants.filter((mutant) => mutant.red).length
  const proofs = mutants.length ? `; ${red} of ${mutants.length} red` : ''
  return `${STATUS[verdict]}${exercised ? `${exercised} ${unit}` : 'nothing to do'}${proofs}`
}

/** @param apps each with its name and its result of this phase, if it was run */
function section(phase, apps, phases, date) {
  const each = (say) => apps.map(({ name, result }) => `${name} ${say(result)}`).join(', ')
  const counted = (result) => {
    if (!result) return `0 of ${phase.checks.length} checks met`
    const open = result.checks.filter(isOpen).length
    const waived = result.checks.filter(({ verdict }) => verdict === 'waived').length
    return `${result.checks.length - open - waived} of ${result.checks.length} checks met${waived ? `, ${waived} waived` : ''}`
  }
  const next = apps.flatMap(({ name, result }) =>
    result
      ? result.checks.filter(isOpen).map(({ id, fix }) => `${name}: \`${id}\`: ${fix}`)
      : [`${name}: run its gate`],
  )
  const found = (result, id) => result?.checks.find((check) => check.id === id)
  const rows = phase.checks
    .filter(({ id }) => apps.some(({ result }) => found(result, id)))
    .map(({ id, title }) => {
      const cells = apps.map(({ result }) => cell(found(result, id)))
      return `| \`${id}\` | ${title} | ${cells.join(' | ')} |`
    })
  return `## ${phase.number} ${phase.name}

${phase.purpose}

- Go/no-go: ${each((result) => `**${result?.go ? 'GO' : 'NO-GO'}**`)}
- Status: ${each(counted)}
- Depends on: ${list(phase.needs)}
- Parallel with: ${list(beside(phase, phases).map(({ number }) => number))}
- Back-out: ${BACKOUT[phase.number]}
- Next action: ${next.join(' ') || 'none'}
- Last updated: ${date}

| check | fact | ${apps.map(({ name }) => name).join(' | ')} |
|---|---|${'---|'.repeat(apps.length)}
${rows.join('\n')}`
}

/**
 * Writes PHASES.md from the results of the gates.
 *
 * @param phases the registry: purpose, dependencies, ids and titles of checks
 * @param reports a document of `usertwo gate --prove --json` for each example
 * @param date ISO day of the reports
 */
export function phasesPage(phases, reports, date) {
  const apps = (phase) =>
    reports.map(({ app, phases: results }) => ({
      name: app,
      result: results.find((one) => one.phase === phase.number),
    }))
  return `# Phases

<!-- Written by \`npm run phases\` from gate results. -->

The gates of ${reports.map(({ app }) => app).join(' and ')}, as they last ended with \`--prove\`. A phase is GO when each of its checks passed or is waived.
The tables say what each check tried, and how many of its defects were red: the check failed because of them. A check is met unless
the table says otherwise. What it proves is in docs/checks.md, under its id.

The dial is the environment variable \`USERTWO_PHASE\`: the layers of phases up to its number are active. Lowering it turns back: no schema
is rolled back and nothing is lost. A database's floor is the lowest dial that it allows: 0, until the contract (\`usertwo migrate up
--contract\`) makes values unique for each user and raises it to 6. A recorded GO is such an answer in the file \`usertwo.gate.json\`,
without which only the owner can register.

${phases.map((phase) => section(phase, apps(phase), phases, date)).join('\n\n')}
`
}
