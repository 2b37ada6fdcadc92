import { createHash } from 'node:crypto'
import { Html } from '../../../../src/core/html.js'
import type { Verdict } from '../../check.js'
import { notTried } from '../../run/proof.js'
import type { PhaseResult } from '../../run/run-phase.js'
import type { Result } from '../../run/verdict.js'
import { isAllGo, type Report, type Reporter, survivors } from '../report.js'
import { answersSection } from './answers.js'
import { anchorOf, goBadge, phaseSection } from './checks.js'
import { REPORT_STYLE } from './style.js'
import { duration, own, plural, told } from './told.js'

const STYLE_HASH = createHash('sha256').update(REPORT_STYLE).digest('base64')

// Nothing is loaded and no script runs, whatever an app has put into its answers.
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'`

/** Renders one HTML file for people, which needs no network and no script. */
export const htmlPage: Reporter = {
  name: 'html',
  file: 'gate.html',
  isPage: true,
  render: (report) => page(report).text,
}

function page(report: Report): Html {
  const { app, results } = report
  const verdict = isAllGo(report) ? 'GO' : 'NO-GO'
  return told`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${own(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${verdict}: ${app}, gate report</title>
<style>${new Html(REPORT_STYLE)}</style>
</head>
<body>
${head(report)}
<main>
${wrong(report)}<section aria-labelledby="phases"><h2 id="phases">Phases</h2>
${results.map((result) => phaseSection(result, results.length === 1))}</section>
${answersSection(results)}${leftOutSection(results)}${waiversSection(report)}</main>
<footer><p>The addresses in curl lines are those of a throw-away app that has ended: put your own in their place. A credential is a shell variable to fill in. Secrets are masked.</p></footer>
</body>
</html>
`
}

function head(report: Report): Html {
  const { app, results, at, versions } = report
  const total = results.reduce((sum, { ms }) => sum + ms, 0)
  const first = results[0]?.phase
  const last = results.at(-1)?.phase
  const phases = first === last ? `phase ${first ?? report.dial}` : `phases ${first} to ${last}`
  const when = `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`
  return told`<header><h1>${app} ${goBadge(isAllGo(report))}</h1>
<p class="facts"><span>Gate of ${phases}</span><time datetime="${at}">${when}</time><span>${duration(total)}</span><span>usertwo ${versions.usertwo}, Node ${versions.node}</span></p>
${counts(report)}
<nav aria-label="Sections"><a href="#phases">Phases</a><a href="#routes">Routes by users</a><a href="#left-out">Not exercised</a><a href="#waivers">Waivers</a></nav>
</header>`
}

function counts(report: Report): Html {
  const checks = report.results.flatMap((result) => result.checks)
  const proofs = report.results.flatMap((result) => result.proofs)
  const words: [Verdict, string][] = [
    ['pass', 'passed'],
    ['fail', 'failed'],
    ['unknown', 'unknown'],
    ['waived', 'waived'],
  ]
  const boxes = words.map(([verdict, word]) => {
    const count = checks.filter((check) => check.verdict === verdict).length
    return told`<li${count > 0 && told` class="${verdict}"`}><b>${count}</b> ${word}</li>`
  })
  const survived = survivors(report).length
  const mutants =
    proofs.length > 0 &&
    told`<li class="${survived ? 'fail' : 'pass'}"><b>${proofs.length - survived}</b> of ${plural(proofs.length, 'mutant')} found</li>`
  return told`<ul class="counts" aria-label="Checks">${boxes}${mutants}</ul>`
}

/** Renders what a reader should look at first. */
function wrong(report: Report): Html | undefined {
  const isWrong = ({ verdict }: Result) => verdict === 'fail' || verdict === 'unknown'
  const red = report.results.flatMap(({ phase, checks }) =>
    checks.filter(isWrong).map(({ id, title }) => ({ id, title, phase })),
  )
  const items = [
    ...red.map(({ id, title, phase }) => told`<li><a href="#${anchorOf(id, phase)}">${own(title)}</a></li>`),
    ...survivors(report).map(
      ({ check, mutant, state }) =>
        told`<li>${check} did not find this mutant (${state}): ${own(mutant)}</li>`,
    ),
  ]
  if (!items.length) return undefined
  return told`<section aria-labelledby="wrong"><h2 id="wrong">Why it is NO-GO</h2>
<ul class="wrong">${items}</ul></section>
`
}

/** Renders what the run did not try, and why. */
function leftOutSection(results: readonly PhaseResult[]): Html {
  const parts = [checksLeft(results), routesLeft(results), mutantsLeft(results)].filter(
    (one) => one !== undefined,
  )
  return told`<section aria-labelledby="left-out"><h2 id="left-out">Not exercised</h2>
${parts.length ? parts : told`<p>Nothing was left out.</p>`}
</section>
`
}

function checksLeft(results: readonly PhaseResult[]): Html | undefined {
  const left = results.flatMap(({ phase, checks }) =>
    checks.flatMap(({ id, verdict, nothingToDo, evidence }) => {
      const why = nothingToDo ?? (verdict === 'unknown' ? evidence[0]?.what : undefined)
      return why === undefined ? [] : [{ id, phase, why }]
    }),
  )
  if (!left.length) return undefined
  return told`<h3>Checks</h3><dl class="reasons">${left.map(({ id, phase, why }) => told`<dt><a href="#${anchorOf(id, phase)}">${id}</a></dt><dd>${why}</dd>`)}</dl>`
}

function routesLeft(results: readonly PhaseResult[]): Html | undefined {
  const all = results.flatMap(({ checks }) => checks).flatMap(({ routes }) => routes)
  const attacked = new Set(all.filter(({ controls }) => controls > 0).map(({ route }) => route))
  const left = new Map<string, Set<string>>()
  for (const { route, exempt = 'no attack on it proves anything' } of all)
    if (!attacked.has(route)) left.set(exempt, (left.get(exempt) ?? new Set()).add(route))
  if (!left.size) return undefined
  return told`<h3>Routes without a row to attack</h3><dl class="reasons">${[...left].map(
    ([why, routes]) =>
      told`<dt>${why}</dt><dd><ul>${[...routes].map((route) => told`<li><code>${route}</code></li>`)}</ul></dd>`,
  )}</dl>`
}

function mutantsLeft(results: readonly PhaseResult[]): Html | undefined {
  const left = results
    .filter(({ proofs }) => proofs.length)
    .flatMap(({ checks }) => checks.flatMap((check) => notTried(check).map((why) => ({ id: check.id, why }))))
  if (!left.length) return undefined
  return told`<h3>Mutants</h3><dl class="reasons">${left.map(({ id, why }) => told`<dt>${id}</dt><dd>${why}</dd>`)}</dl>`
}

/** Renders every waiver of the configuration, needed or not. */
function waiversSection({ config, today }: Pick<Report, 'config' | 'today'>): Html {
  return told`<section aria-labelledby="waivers"><h2 id="waivers">Waivers</h2>
${config.waivers.length ? undefined : told`<p>The configuration has no waivers.</p>`}
<ul class="waivers">${config.waivers.map(
    ({ check, parts, reason, until }) =>
      told`<li class="${until < today ? 'over' : 'waived'}"><p><code>${check}</code> ${
        until < today
          ? told`<b>ended on <time datetime="${until}">${until}</time></b> and no longer counts`
          : told`<b>until <time datetime="${until}">${until}</time></b>`
      }</p><p>${reason}</p>${parts && told`<p class="soft">Only for: ${parts.join(', ')}</p>`}</li>`,
  )}</ul>
</section>
`
}
