import type { Html } from '../../../../src/core/html.js'
import { notTried } from '../../run/proof.js'
import type { PhaseResult } from '../../run/run-phase.js'
import type { Report } from '../report.js'
import { anchorOf } from './checks.js'
import { told } from './told.js'

/** Renders what the run did not try, and why. */
export function leftOutSection(results: readonly PhaseResult[]): Html {
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
export function waiversSection({ config, today }: Pick<Report, 'config' | 'today'>): Html {
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
