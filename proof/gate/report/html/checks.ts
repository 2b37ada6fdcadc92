import type { Html } from '../../../../src/core/html.js'
import type { Evidence, Verdict } from '../../check.js'
import { partOf } from '../../run/part.js'
import type { Proof } from '../../run/proof.js'
import type { PhaseResult } from '../../run/run-phase.js'
import type { Result } from '../../run/verdict.js'
import { byRoute } from '../by-route.js'
import { firstWords, triedIn } from '../report.js'
import { duration, own, plural, told } from './told.js'

/** The number of findings of one check that a page shows; the JSON report has all of them. */
const SHOWN = 50

const MARKS: Record<Verdict, string> = { pass: '✓', fail: '✗', unknown: '?', waived: '○' }

/** Returns the fragment of a check in the page. */
export function anchorOf(id: string, phase: number): string {
  return `${phase}-${id}`
}

/** Renders a phase with its checks, opened if something is wrong. */
export function phaseSection(result: PhaseResult, isAlone: boolean): Html {
  const { phase, name, go, checks, proofs, ms } = result
  return told`<details class="phase" id="phase-${phase}"${!go || isAlone ? told` open` : ''}>
<summary><h3>${phase} ${name}</h3> ${goBadge(go)} <span class="soft">${plural(checks.length, 'check')}, ${duration(ms)}</span></summary>
${checks.map((check) =>
  checkDetails(
    check,
    phase,
    proofs.filter((proof) => proof.check === check.id),
  ),
)}
</details>
`
}

export function goBadge(go: boolean): Html {
  return told`<strong class="badge ${go ? 'pass' : 'fail'}">${go ? 'GO' : 'NO-GO'}</strong>`
}

function checkDetails(check: Result, phase: number, proofs: readonly Proof[]): Html {
  const { id, title, verdict, evidence, notes, fix, ms } = check
  const isRed = verdict !== 'pass'
  const survived = proofs.some(({ red }) => !red)
  const shown = byRoute(evidence).details.slice(0, SHOWN)
  return told`<details class="check ${verdict}" id="${anchorOf(id, phase)}"${isRed || survived ? told` open` : ''}>
<summary><span class="mark" aria-hidden="true">${MARKS[verdict]}</span><span class="what">${own(title)}<small><code>${id}</code> ${verdict}${tried(check)}</small></span><span class="time">${duration(ms)}</span></summary>
<div class="inside">
${evidence.length > 0 && told`<ol class="evidence">${shown.map((one) => finding(one, verdict))}</ol>`}
${evidence.length > SHOWN && told`<p class="soft">${evidence.length - SHOWN} more are in the JSON report.</p>`}
${isRed && told`<p><b>Fix:</b> ${own(fix)}</p>`}
${notes.length > 0 && told`<ul class="notes">${notes.map((note) => told`<li>${note}</li>`)}</ul>`}
${proofs.length > 0 && told`<p>Mutants, defects that must turn this check red:</p><ul class="mutants">${proofs.map(mutant)}</ul>`}
<p class="soft">What it proves: docs/checks.md in the repository of usertwo, <code>${id}</code></p>
</div>
</details>
`
}

function tried(check: Result): Html | undefined {
  return check.exercised || check.nothingToDo ? told`: ${triedIn(check)}` : undefined
}

function finding(evidence: Evidence, verdict: Verdict): Html {
  const { what, route, table, column, at, leaked, expected, got, curl } = evidence
  const rows: [string, string | null | undefined][] = [
    ['Route', route],
    ['Table', table],
    ['Column', column],
    ['At', at],
    ['Leaked', leaked],
    ['Expected', expected],
    ['Got', got],
    ['Part, for a waiver', partOf(verdict, evidence)],
  ]
  const known = rows.filter(([, value]) => value !== null && value !== undefined && value !== '')
  return told`<li><p class="said">${what}</p>
${known.length > 0 && told`<dl>${known.map(([name, value]) => told`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`}
${curl && told`<p class="soft">Repeat it:</p><pre><code>${curl}</code></pre>`}
</li>`
}

function mutant(proof: Proof): Html {
  const { mutant: name, red, state } = proof
  return told`<li class="${red ? 'pass' : 'fail'}"><b>${own(state)}</b> ${own(name)}${red ? '' : told`: ${firstWords(proof)}`}</li>`
}
