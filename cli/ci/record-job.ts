import { RESULTS } from '../../proof/gate/app/scratch.js'
import { RECORD_FILE } from '../../src/record/record.js'
import { fromRoot, type PipelineFacts } from './facts.js'

/** Where a gate's job puts its part of the record: two jobs' results may be in one folder later. */
export const partFolder = (phase: number | string) => `${RESULTS}/${phase}`

/** Joins the parts of all jobs. It may run code of the app, so its job must not be able to write. */
export const JOINING = `npx usertwo verdict ${RESULTS}`

/**
 * Returns the commands that commit the record and push it: POSIX shell, in the root of a checkout. They run git
 * alone, and nothing of the app. They need `REMOTE`, `SHA` (the commit whose gates are GO), `DEFAULT_BRANCH`
 * and `BRANCH`, the one to write to. Another branch than the default one gets a commit with two parents, so that
 * no push is forced.
 *
 * @param from where the record is, as the shell writes it
 */
export function recordLines(facts: Pick<PipelineFacts, 'place'>, from: string): string[] {
  const file = fromRoot(facts, RECORD_FILE)
  return [
    `if [ ! -f ${from} ] || [ -L ${from} ]; then echo "there is no record"; exit 1; fi`,
    'tip() { git ls-remote "$REMOTE" "refs/heads/$1" | cut -f1; }',
    'if [ "$(tip "$DEFAULT_BRANCH")" != "$SHA" ]; then',
    '  echo "$DEFAULT_BRANCH has moved on: the next push is recorded in its own run"',
    '  exit 0',
    'fi',
    'kept=$(mktemp)',
    `cp ${from} "$kept"`,
    `rm -f ${file}`,
    `cp "$kept" ${file}`,
    `git add ${file}`,
    // A server that runs a pipeline for the record's own commit too would go on for ever.
    'if [ "$BRANCH" = "$DEFAULT_BRANCH" ] && git diff --cached --quiet; then',
    '  echo "the record says so already"',
    '  exit 0',
    'fi',
    'parents="-p $SHA"',
    'old=$(tip "$BRANCH")',
    'if [ -n "$old" ] && [ "$old" != "$SHA" ]; then',
    '  git fetch --quiet --depth 1 "$REMOTE" "$old"',
    '  parents="$parents -p $old"',
    'fi',
    'commit=$(git -c user.name=usertwo -c user.email=usertwo@localhost \\',
    '  commit-tree "$(git write-tree)" $parents -m "chore: record the gates of $SHA")',
    'git push "$REMOTE" "$commit:refs/heads/$BRANCH"',
  ]
}
