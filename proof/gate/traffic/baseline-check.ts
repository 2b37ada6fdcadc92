import { ownCalls } from '../../../reading/facts/own-calls.js'
import { readSources } from '../../../reading/syntax/sources.js'
import { type Config, ownedIn } from '../../../src/config/config.js'
import { quotedTable } from '../../../src/database/quoted.js'
import { isAtOrBelow } from '../../../src/express/path.js'
import type { Check, Finding, Mutant } from '../check.js'
import type { Gate } from '../gate.js'
import { bareOn, type ReplayMore, replay } from './replay.js'

/**
 * The check every phase has: whatever it adds, the owner is answered as before. Where the owner is not, the recording
 * is replayed without usertwo as well: a recording of another state of the app is said in one line, and not as faults of the phase.
 *
 * @param as whose gate replays; default: the one that is given
 */
export function baselineCheck(
  phase: string,
  mutants: Check['mutants'],
  as: (gate: Gate) => Gate = (gate) => gate,
): Check {
  return {
    id: `${phase}.baseline`,
    title: 'The owner is answered as at the beginning, except for what the phases have declared',
    proves: ['P10', 'I3'],
    fix: 'Where the app answers so without usertwo too, run `usertwo baseline record`, then `usertwo gate 1`. If the app answers an error, look at what it printed: its SQLSTATE names the table or the right that the configuration does not give. If neither is the cause, waive the part and report it as a defect.',
    timeout: 120_000,
    run: (gate) => replayOrStale(as(gate)),
    mutants,
  }
}

/** Replays the baseline at the phase of the gate, and where an answer differs, without usertwo as well. */
export async function replayOrStale(gate: Gate, more?: ReplayMore): Promise<Finding> {
  const found = await replay(gate, {}, more)
  if (found.problems.length === 0) return found
  const stale = await staleRecording(gate)
  return stale ?? { ...found, problems: [...(await callsWithoutLogin(gate)), ...found.problems] }
}

/** From phase 6 on, calls of the app to itself at paths that `auth.ownCalls` does not name: they break the pages that make them. */
export async function callsWithoutLogin(
  gate: Pick<Gate, 'folder' | 'config' | 'edits' | 'phase'>,
): Promise<Finding['problems']> {
  const { folder, config, edits, phase } = gate
  if (phase < 6 || config.auth.by === 'app') return []
  const { server } = await readSources(folder, config, edits)
  const named = config.auth.ownCalls ?? []
  return ownCalls(server)
    .filter(({ path, byBrowser }) => byBrowser || !named.some((one) => isAtOrBelow(path ?? '/', one)))
    .map(({ at, path, byBrowser }) => ({
      what: byBrowser
        ? `${at}: the app opens a page of its own in a browser that has no login: give that the page's HTML, page.setContent(html)`
        : `${at}: the app asks itself over HTTP, and the call has no login: name its path in usertwo.config, auth: { ownCalls: ['${path ?? '/'}'] }, or call the function that the route calls`,
    }))
}

/** null: without usertwo the app answers as recorded, on the schema and the rows that it had */
async function staleRecording(gate: Gate): Promise<Finding | null> {
  const { url } = await gate.unmigrated()
  const { problems, ...found } = await replay(gate, bareOn(url))
  const [first] = problems
  if (!first) return null
  const requests = new Set(problems.map(({ what }) => what.replace(/: [^:]*$/, ''))).size
  const what = `${requests} of ${found.exercised} recorded requests have another answer from the app itself, without usertwo: run \`usertwo baseline record\`, then the gates again. The first: ${first.what}`
  return { ...found, stale: true, problems: [{ ...first, what }] }
}

/** The owner has lost what the first owned table held, and all that hung on it. */
export function lostRows(config: Config): Mutant[] {
  const [first] = ownedIn(config)
  return first
    ? [
        {
          name: `the rows of ${first[0]} are lost`,
          names: 'answers the owner differently',
          by: { sql: `truncate ${quotedTable(first[0])} cascade` },
        },
      ]
    : []
}
