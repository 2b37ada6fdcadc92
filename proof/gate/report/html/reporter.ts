import { createHash } from 'node:crypto'
import { Html } from '../../../../src/core/html.js'
import type { Verdict } from '../../check.js'
import type { Result } from '../../run/verdict.js'
import { isAllGo, type Report, type Reporter, survivors } from '../report.js'
import { answersSection } from './answers.js'
import { anchorOf, goBadge, phaseSection } from './checks.js'
import { leftOutSection, waiversSection } from './left-out.js'
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
