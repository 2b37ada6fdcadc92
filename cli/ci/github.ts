import { RESULTS, SARIF } from '../../proof/gate/app/scratch.js'
import { RECORD_FILE } from '../../src/record/record.js'
import { fromRoot, JOBS, jobOf, type PipelineFacts, preparing, scanning } from './facts.js'
import { JOINING, partFolder, recordLines } from './record-job.js'

export const WORKFLOW_FILE = '.github/workflows/usertwo.yml'

/** Formats without another document beside them go to the folder. */
const FORMATS = 'table,github,junit,markdown,html'

/**
 * A job for each phase, which begins when the phases it needs are GO, one with the verdict of all, and for a push
 * to the default branch one that commits the record.
 */
export function workflowText(facts: PipelineFacts): string {
  return `# Is the app ready for its second user? A job for each phase, on a database that is thrown away. "verdict" is the one to require
# in the rules of the branch.
name: usertwo
on: [push, pull_request]
permissions:
  contents: read
${facts.place ? `defaults:\n  run:\n    working-directory: ${facts.place}\n` : ''}jobs:
  scan:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    permissions:
      contents: read
      security-events: write
    steps:
${setUp(facts, false)}
      - run: ${scanning(facts)}
      # A pull request of a fork may not write to code scanning, nor may a private repository that has none.
      - uses: github/codeql-action/upload-sarif@v3
        continue-on-error: true
        with:
          sarif_file: ${fromRoot(facts, SARIF)}
          category: usertwo
${JOBS.map((job) => gateJob(job, facts)).join('')}  verdict:
    needs: [${['scan', ...JOBS.map(({ number }) => jobOf(number))].join(', ')}]
    if: always()
    runs-on: ubuntu-latest
    timeout-minutes: 5
    env:
${JOBS.map(({ number }) => `      PHASE_${number}: \${{ needs.${jobOf(number)}.result }}`).join('\n')}
    steps:
      - run: |
${indented(verdictLines())}
${facts.place ? '        working-directory: .\n' : ''}${setUp(facts, false)}
      - uses: actions/download-artifact@v4
        with:
          pattern: usertwo-[1-8]-*
          path: ${fromRoot(facts, RESULTS)}
      - run: ${JOINING}
      - uses: actions/upload-artifact@v4
        with:
          name: usertwo-record
          path: ${fromRoot(facts, RECORD_FILE)}
${recordJob(facts)}`
}

const indented = (lines: readonly string[]) => lines.map((line) => `          ${line}`).join('\n')

/** Commits the record. It alone may write, so it installs nothing, and runs nothing of the app. */
function recordJob(facts: PipelineFacts): string {
  return `  # Production reads the record. This job alone may write, so it runs git and nothing of the app. USERTWO_BRANCH, a variable of
  # the repository, names another branch to write to, for a platform to deploy from.
  record:
    needs: [verdict]
    if: github.event_name == 'push' && github.ref == format('refs/heads/{0}', github.event.repository.default_branch)
    runs-on: ubuntu-latest
    timeout-minutes: 5
    concurrency: usertwo-record
    permissions:
      contents: write
${facts.place ? '    defaults:\n      run:\n        working-directory: .\n' : ''}    env:
      REMOTE: origin
      SHA: \${{ github.sha }}
      DEFAULT_BRANCH: \${{ github.event.repository.default_branch }}
      BRANCH: \${{ vars.USERTWO_BRANCH || github.event.repository.default_branch }}
    steps:
      - uses: actions/checkout@v4
      - uses: actions/download-artifact@v4
        with:
          name: usertwo-record
          path: \${{ runner.temp }}/usertwo-record
      - run: |
${indented(recordLines(facts, `"$RUNNER_TEMP/usertwo-record/${RECORD_FILE}"`))}
`
}

type Job = (typeof JOBS)[number]

function gateJob({ number, name, needs }: Job, facts: PipelineFacts): string {
  return `  ${jobOf(number)}:
    name: ${number} ${name}
${needs.length ? `    needs: [${needs.map(jobOf).join(', ')}]\n` : ''}    runs-on: ubuntu-latest
    timeout-minutes: 45
    steps:
${setUp(facts)}
      - run: npx usertwo gate ${number} --reporter ${FORMATS} --output ${RESULTS} --part ${partFolder(number)}
      - if: always()
        run: if [ -f ${RESULTS}/gate.md ]; then cat ${RESULTS}/gate.md >> "$GITHUB_STEP_SUMMARY"; fi
      - if: always()
        uses: actions/upload-artifact@v4
        with:
          name: usertwo-${number}-${name}
          path: ${fromRoot(facts, RESULTS)}
`
}

/** @param gates false: the job runs none, and needs only the packages */
function setUp(facts: PipelineFacts, gates = true): string {
  const { node, packages, place } = facts
  const cached = packages.install === 'npm ci'
  return [
    '      - uses: actions/checkout@v4',
    '      - uses: actions/setup-node@v4',
    '        with:',
    `          node-version: ${node}`,
    ...(cached ? ['          cache: npm'] : []),
    ...(cached && place ? ["          cache-dependency-path: '**/package-lock.json'"] : []),
    ...preparing({ ...facts, pages: facts.pages && gates, redis: facts.redis && gates }, 'sudo ').map(
      (command) => `      - run: ${command}`,
    ),
  ].join('\n')
}

/** The table of all phases in the summary of the run; the job fails unless each gate is GO. */
function verdictLines(): string[] {
  return [
    'worst=0',
    'row() {',
    '  case "$2" in',
    '    success) said=GO ;;',
    '    failure) said=NO-GO; worst=1 ;;',
    '    *) said="not run: a phase it needs is not GO"; worst=1 ;;',
    '  esac',
    '  echo "| $1 | $said |" >> "$GITHUB_STEP_SUMMARY"',
    '}',
    '{ echo "| phase | verdict |"; echo "| --- | --- |"; } >> "$GITHUB_STEP_SUMMARY"',
    ...JOBS.map(({ number, name }) => `row "${number} ${name}" "$PHASE_${number}"`),
    'exit "$worst"',
  ]
}
