import type { Evidence } from '../check.js'
import { partOf } from '../run/part.js'
import type { Proof } from '../run/proof.js'
import type { PhaseResult } from '../run/run-phase.js'
import type { Result } from '../run/verdict.js'
import { firstWords, type Reporter, triedIn } from './report.js'

/**
 * Renders JUnit XML: one suite per phase, one case for each check and each mutant. A failed check is a
 * failure, an unknown one an error.
 */
export const junit: Reporter = {
  name: 'junit',
  file: 'gate.xml',
  render({ app, results }) {
    const all = results.map(suite)
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      tag(
        'testsuites',
        { name: `usertwo gate: ${app}`, ...sum(all) },
        all.flatMap(({ lines }) => lines),
      ),
      '',
    ].join('\n')
  },
}

interface Suite {
  tests: number
  failures: number
  errors: number
  skipped: number
  ms: number
  lines: string[]
}

function suite({ phase, name, checks, proofs, ms }: PhaseResult): Suite {
  const count = (verdict: Result['verdict']) => checks.filter((check) => check.verdict === verdict).length
  const counts = {
    tests: checks.length + proofs.length,
    failures: count('fail') + proofs.filter((proof) => !proof.red).length,
    errors: count('unknown'),
    skipped: count('waived'),
    ms,
  }
  const inside = [...checks.map(checkCase), ...proofs.map(proofCase)]
  return { ...counts, lines: [tag('testsuite', { name: `${phase} ${name}`, ...sum([counts]) }, inside)] }
}

function sum(parts: Omit<Suite, 'lines'>[]): Record<string, string> {
  const add = (name: keyof Omit<Suite, 'lines'>) => parts.reduce((total, part) => total + part[name], 0)
  const [tests, failures, errors, skipped] = [add('tests'), add('failures'), add('errors'), add('skipped')]
  return {
    tests: `${tests}`,
    failures: `${failures}`,
    errors: `${errors}`,
    skipped: `${skipped}`,
    time: time(add('ms')),
  }
}

function checkCase(check: Result): string {
  const { id, title, verdict, evidence, fix, notes, ms } = check
  const message = evidence[0]?.what ?? verdict
  const details = [...evidence.map((one) => described(one, partOf(verdict, one))), `fix: ${fix}`].join('\n')
  const inside = {
    pass: [],
    fail: [tag('failure', { message, type: 'NO-GO' }, [xmlText(details)])],
    unknown: [tag('error', { message, type: 'unknown' }, [xmlText(details)])],
    waived: [tag('skipped', { message: notes.at(-1) ?? 'waived' })],
  }[verdict]
  const said = [triedIn(check), ...notes].join('\n')
  return tag('testcase', { classname: id.split('.')[0]!, name: `${id}: ${title}`, time: time(ms) }, [
    ...inside,
    tag('system-out', {}, [xmlText(said)]),
  ])
}

function proofCase(proof: Proof): string {
  const { check, mutant, red, state, result } = proof
  const survived = tag('failure', { message: `the mutant is not killed: ${state}`, type: state }, [
    xmlText(firstWords(proof)),
  ])
  const name = `${check}: red with ${mutant}`
  return tag('testcase', { classname: 'mutants', name, time: time(result.ms) }, red ? [] : [survived])
}

function described(
  { what, route, table, column, leaked, at, expected, got, curl }: Evidence,
  part: string | null,
): string {
  return [
    what,
    route && `  route: ${route}`,
    table && `  table: ${table}`,
    column && `  column: ${column}`,
    leaked !== undefined && `  leaked: ${leaked}`,
    at && `  at: ${at}`,
    expected !== undefined && `  expected: ${expected}`,
    got !== undefined && `  got: ${got}`,
    curl && `  ${curl}`,
    part !== null && `  part: ${part}`,
  ]
    .filter(Boolean)
    .join('\n')
}

function time(ms: number): string {
  return (ms / 1000).toFixed(3)
}

function tag(name: string, attributes: Record<string, string>, inside: string[] = []): string {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${xmlText(value)}"`)
  return inside.length
    ? `<${name}${given.join('')}>${inside.join('\n')}</${name}>`
    : `<${name}${given.join('')}/>`
}

// XML 1.0 cannot represent these characters at all, not even escaped, nor lone halves of a surrogate pair.
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

const NAMED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' }

/**
 * Escapes any text as XML text or as an attribute in double quotes. Characters that XML cannot represent
 * become U+FFFD.
 */
function xmlText(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"\r]/g, (one) => NAMED[one]!)
}
