import type { Html } from '../../../../src/core/html.js'
import type { Caller, RouteAnswers, RouteCoverage } from '../../check.js'
import { openAnswered } from '../../run/answered.js'
import type { PhaseResult } from '../../run/run-phase.js'
import { anchorOf } from './checks.js'
import { plural, told } from './told.js'

/** The columns: heading, subject of the requests, and both in short for a narrow screen. */
const CALLERS: [Caller, string, string, string][] = [
  ['anonymous', 'Anonymous', 'without a login', 'anonymous'],
  ['owner', 'Owner', 'about their own rows', 'owner'],
  ['other', 'Second user', 'about their own rows', 'second user'],
  ['foreign', 'Second user', 'about rows of the owner', 'foreign rows'],
]

/** One route with everything that is known of it. */
interface Row extends RouteAnswers {
  coverage?: RouteCoverage
  /** failed checks that name it */
  red: { id: string; phase: number }[]
}

/** Renders what each route answered to each caller. */
export function answersSection(results: readonly PhaseResult[]): Html {
  const rows = rowsOf(results)
  return told`<section aria-labelledby="routes"><h2 id="routes">Routes by users</h2>
${rows.length ? matrix(rows) : told`<p>No check of this run asked every route as several users. Those of phase 6 do: <code>isolation.login-required</code> and <code>isolation.foreign-ids</code>.</p>`}
</section>
`
}

// Roles are explicit, because a table that is laid out as blocks, as on a narrow screen, loses its own.
function matrix(rows: readonly Row[]): Html {
  return told`<p>The status codes that each route answered, in the checks <code>isolation.login-required</code> and <code>isolation.foreign-ids</code>. ×3 means three times. The owner and the second user are administrators here, and routes for operations are switched on if a row is behind them. To the second user, each row of the owner must look like a missing one: 404 for the row itself, and a list without it. Rows that all users may read are an exception: 200, and 403 for a change.</p>
<div class="wide" role="region" tabindex="0" aria-labelledby="routes"><table class="matrix" role="table">
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Route</th>${CALLERS.map(([, name, about]) => told`<th scope="col" role="columnheader">${name} <small>${about}</small></th>`)}</tr></thead>
<tbody role="rowgroup">
${rows.map(row)}</tbody></table></div>`
}

function row({ route, answers, coverage, red }: Row): Html {
  const [method, ...path] = route.split(' ')
  return told`<tr role="row"${red.length > 0 && told` class="fail"`}><th scope="row" role="rowheader"><code><b>${method}</b> ${path.join(' ')}</code>${coverage && told`<small>${about(coverage)}</small>`}${red.map(({ id, phase }) => told`<a href="#${anchorOf(id, phase)}">✗ ${id}</a>`)}</th>${CALLERS.map(([caller, , , as]) => cell(as, answers[caller], unasked(caller, answers)))}</tr>
`
}

function about({ attacks, controls, madeUp, exempt }: RouteCoverage): string {
  if (exempt) return exempt
  const how = madeUp ? ', made up by the gate' : ''
  return `${plural(attacks, 'attack')}, ${plural(controls, 'control')}${how}`
}

/** Returns why a caller has no answer. */
function unasked(caller: Caller, { other }: RouteAnswers['answers']): string {
  return caller === 'foreign' && other ? 'names no row' : 'not asked'
}

function cell(as: string, statuses: Record<string, number> | undefined, why: string): Html {
  const codes = Object.entries(statuses ?? {})
  if (!codes.length) return told`<td role="cell" data-as="${as}" class="soft">${why}</td>`
  return told`<td role="cell" data-as="${as}">${codes.map(([status, count]) => told`<span class="status s${status[0]}">${status}${count > 1 && told` <small>×${count}</small>`}</span> `)}</td>`
}

/** Returns every route once, ordered by path. */
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
