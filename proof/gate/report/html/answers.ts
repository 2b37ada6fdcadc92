import type { Html } from '../../../../src/core/html.js'
import type { Caller, RouteAnswers, RouteCoverage } from '../../check.js'
import { openAnswered } from '../../run/answered.js'
import type { PhaseResult } from '../../run/run-phase.js'
import { anchorOf } from './checks.js'
import { plural, told } from './told.js'

const CALLERS: [Caller, string, string][] = [
  ['anonymous', 'Anonymous', 'without a login'],
  ['owner', 'Owner', 'about their own rows'],
  ['other', 'Second user', 'about their own rows'],
  ['foreign', 'Second user', 'about rows of the owner'],
]

/** One route with all that is known of it. */
interface Row extends RouteAnswers {
  coverage?: RouteCoverage
  /** red checks that name it */
  red: { id: string; phase: number }[]
}

/** What each route answered each caller. */
export function answersSection(results: readonly PhaseResult[]): Html {
  const rows = rowsOf(results)
  return told`<section aria-labelledby="routes"><h2 id="routes">Routes by users</h2>
${rows.length ? matrix(rows) : told`<p>No check of this run asked every route as several users. Those of phase 6 do: <code>isolation.login-required</code> and <code>isolation.foreign-ids</code>.</p>`}
</section>
`
}

function matrix(rows: readonly Row[]): Html {
  return told`<p>The status codes that each route answered, as <code>isolation.login-required</code> and <code>isolation.foreign-ids</code> asked. A number behind × says how often. Owner and second user are administrators, and operations routes are on where a row could be attacked. A row of the owner must look to the second user like one that does not exist: 404 where a row is named, and lists without it.</p>
<div class="wide" role="region" tabindex="0" aria-labelledby="routes"><table class="matrix">
<thead><tr><th scope="col">Route</th>${CALLERS.map(([, name, about]) => told`<th scope="col">${name} <small>${about}</small></th>`)}</tr></thead>
<tbody>
${rows.map(row)}</tbody></table></div>`
}

function row({ route, answers, coverage, red }: Row): Html {
  const [method, ...path] = route.split(' ')
  return told`<tr${red.length > 0 && told` class="fail"`}><th scope="row"><code><b>${method}</b> ${path.join(' ')}</code>${coverage && told`<small>${about(coverage)}</small>`}${red.map(({ id, phase }) => told`<a href="#${anchorOf(id, phase)}">✗ ${id}</a>`)}</th>${CALLERS.map(([caller]) => cell(answers[caller]))}</tr>
`
}

function about({ attacks, controls, madeUp, exempt }: RouteCoverage): string {
  if (exempt) return exempt
  const how = madeUp ? ', made up by the gate' : ''
  return `${plural(attacks, 'attack')}, ${plural(controls, 'control')}${how}`
}

function cell(statuses: Record<string, number> = {}): Html {
  const codes = Object.entries(statuses)
  if (!codes.length) return told`<td class="soft">not asked</td>`
  return told`<td>${codes.map(([status, count]) => told`<span class="status s${status[0]}">${status}${count > 1 && told` <small>×${count}</small>`}</span> `)}</td>`
}

/** Every route once, by path. */
function rowsOf(results: readonly PhaseResult[]): Row[] {
  const asking = results.flatMap(({ checks }) => checks).filter(({ answers }) => answers)
  const answered = openAnswered()
  for (const { answers = [] } of asking) for (const one of answers) answered.add(one)
  const coverage = new Map(asking.flatMap(({ routes }) => routes.map((one) => [one.route, one])))
  const red = results.flatMap(({ phase, checks }) =>
    checks
      .filter(({ verdict }) => verdict === 'fail' || verdict === 'unknown')
      .map(({ id, evidence }) => ({ id, phase, routes: new Set(evidence.map(({ route }) => route)) })),
  )
  const path = (route: string) => route.slice(route.indexOf(' ') + 1)
  return answered
    .list()
    .map((one) => ({
      ...one,
      coverage: coverage.get(one.route),
      red: red.filter(({ routes }) => routes.has(one.route)),
    }))
    .sort((a, b) => path(a.route).localeCompare(path(b.route)) || a.route.localeCompare(b.route))
}
