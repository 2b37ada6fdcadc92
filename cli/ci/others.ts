import { fromRoot, JOBS, jobOf, type PipelineFacts, preparing, RESULTS, scanning } from './facts.js'

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
    paths: [${fromRoot(facts, 'usertwo.sarif')}]
${JOBS.map(
  ({ number, needs }) => `
${jobOf(number)}:
  extends: .usertwo
  needs: [${needs.map(jobOf).join(', ')}]
  script:
    - npx usertwo gate ${number} --reporter ${FORMATS} --output ${RESULTS}
`,
).join('')}`
}

/** For every other server, which may not be root: POSIX shell, one phase after the other, and a table at the end. */
export function shellText(facts: PipelineFacts): string {
  return `#!/bin/sh
# Is the app ready for its second user? Runs the gate of each phase whose needs are GO. Results are in ${RESULTS}/N: gate.xml
# (JUnit), gate.md and gate.html. Ends with 0 if all are GO, else with 1.
set -u
cd "$(dirname "$0")/.."
out=${RESULTS}
mkdir -p "$out"
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
  if npx usertwo gate "$phase" --reporter ${FORMATS} --output "$out/$phase"; then
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
[ "$not_go" = ' ' ]
`
}
