import { RESULTS, SARIF } from '../../proof/gate/app/scratch.js'
import { RECORD_FILE } from '../../src/record/record.js'
import { PART_FILE } from '../gate/parts.js'
import { fromRoot, JOBS, jobOf, type PipelineFacts, preparing, scanning } from './facts.js'
import { JOINING, partFolder, recordLines } from './record-job.js'

/** What is kept of each gate, whatever reads it. */
const FORMATS = 'table,junit,markdown,html'

/** GitLab: the same jobs. Its image is Debian's, since PostgreSQL of the gates needs glibc. */
export function gitlabText(facts: PipelineFacts): string {
  return `# Is the app ready for its second user? A job for each phase, which begins when the phases it needs are GO.
.usertwo:
  image: node:${facts.node}
  stage: test
  interruptible: true
  timeout: 45m
  before_script:
${[...(facts.place ? [`cd ${facts.place}`] : []), ...preparing(facts)]
  .map((command) => `    - ${command}`)
  .join('\n')}
  artifacts:
    when: always
    paths: [${fromRoot(facts, RESULTS)}]
    reports:
      junit: ${fromRoot(facts, RESULTS)}/gate.xml

usertwo-scan:
  extends: .usertwo
  script:
    - ${scanning(facts)}
  artifacts:
    when: always
    paths: [${fromRoot(facts, SARIF)}]
${JOBS.map(
  ({ number, needs }) => `
${jobOf(number)}:
  extends: .usertwo
  needs: [${needs.map(jobOf).join(', ')}]
  script:
    - npx usertwo gate ${number} --reporter ${FORMATS} --output ${RESULTS} --part ${partFolder(number)}
`,
).join('')}
usertwo-verdict:
  extends: .usertwo
  needs: [${JOBS.map(({ number }) => jobOf(number)).join(', ')}]
  script:
    - ${JOINING}
  artifacts:
    when: on_success
    paths: [${fromRoot(facts, RECORD_FILE)}]

${gitlabRecordJob(facts)}`
}

/** Commits the record. It alone gets the token, so it installs nothing, and runs nothing of the app. */
function gitlabRecordJob(facts: PipelineFacts): string {
  return `# Production reads the record. This job alone may write, so it runs git and nothing of the app. It needs the variable
# USERTWO_PUSH_TOKEN: protected, masked, and only for the environment "usertwo-record". USERTWO_BRANCH names another branch to
# write to, for a platform to deploy from.
usertwo-record:
  image: node:${facts.node}
  stage: test
  timeout: 5m
  rules:
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
  needs: [usertwo-verdict]
  environment: usertwo-record
  resource_group: usertwo-record
  allow_failure: true
  script:
    - |
${[
  'if [ -z "$USERTWO_PUSH_TOKEN" ]; then echo "USERTWO_PUSH_TOKEN is not set: nothing is recorded"; exit 1; fi',
  'set -e',
  'REMOTE="https://oauth2:$USERTWO_PUSH_TOKEN@$CI_SERVER_HOST/$CI_PROJECT_PATH.git"',
  'SHA=$CI_COMMIT_SHA',
  'DEFAULT_BRANCH=$CI_DEFAULT_BRANCH',
  `BRANCH=\${USERTWO_BRANCH:-$CI_DEFAULT_BRANCH}`,
  ...recordLines(facts, fromRoot(facts, RECORD_FILE)),
]
  .map((line) => `      ${line}`)
  .join('\n')}
`
}

/** For every other server, which may not be root: POSIX shell, one phase after the other, and a table at the end. */
export function shellText(facts: PipelineFacts): string {
  return `#!/bin/sh
# Is the app ready for its second user? Runs the gate of each phase whose needs are GO. Results are in ${RESULTS}/N: gate.xml
# (JUnit), gate.md and gate.html. Ends with 0 if all are GO, else with 1. Then ${RESULTS}/${RECORD_FILE} is the record of it.
# "gates.sh record" commits that record and pushes it to DEFAULT_BRANCH (main), or to BRANCH. It runs git and nothing of the app:
# let a job of its own run it, which alone may write, and only for a push to the default branch.
set -u
cd "$(dirname "$0")/.."
if [ "\${1:-}" = record ]; then
  set -e
  cd "$(git rev-parse --show-toplevel)"
  REMOTE=\${REMOTE:-origin}
  SHA=$(git rev-parse HEAD)
  DEFAULT_BRANCH=\${DEFAULT_BRANCH:-main}
  BRANCH=\${BRANCH:-$DEFAULT_BRANCH}
${recordLines(facts, fromRoot(facts, `${RESULTS}/${RECORD_FILE}`))
  .map((line) => `  ${line}`)
  .join('\n')}
  exit
fi
out=${RESULTS}
mkdir -p "$out"
rm -f "$out/${RECORD_FILE}" "$out"/*/${PART_FILE}
: > "$out/verdict.txt"
not_go=' '

gate() {
  phase=$1
  name=$2
  shift 2
  for need in "$@"; do
    case "$not_go" in
      *" $need "*)
        not_go="$not_go$phase "
        echo "$phase $name: not run, phase $need is not GO" >> "$out/verdict.txt"
        return
        ;;
    esac
  done
  if npx usertwo gate "$phase" --reporter ${FORMATS} --output "$out/$phase" --part "$out/$phase"; then
    echo "$phase $name: GO" >> "$out/verdict.txt"
  else
    not_go="$not_go$phase "
    echo "$phase $name: NO-GO" >> "$out/verdict.txt"
  fi
}

set -e
${preparing({ ...facts, redis: false }).join('\n')}
${scanning(facts)}
set +e
${JOBS.map(({ number, name, needs }) => ['gate', number, name, ...needs].join(' ')).join('\n')}
cat "$out/verdict.txt"
[ "$not_go" = ' ' ] || exit 1
${JOINING} && cp ${RECORD_FILE} "$out/${RECORD_FILE}"
`
}
