import { parseExpression } from '@babel/parser'
import { expect, test } from 'vitest'
import { parseConfig } from '../../../src/config/config.js'
import type { Evidence } from '../check.js'
import type { Proof } from '../run/proof.js'
import type { Result } from '../run/verdict.js'
import type { Report } from './report.js'
import { reporters } from './reporters.js'

const NASTY = 'a "b" <c> & \'d\' ]]> \u0000\u001b[31m 100%\r\nnext: line, | `code` \ud83d \u{1f4a3}'

function result(id: string, verdict: Result['verdict'], evidence: Evidence[] = []): Result {
  const counted = { exercised: verdict === 'unknown' ? 0 : 7, unit: 'requests' }
  return {
    id,
    title: `${id} is so`,
    proves: ['P2'],
    verdict,
    ...counted,
    evidence,
    notes: [],
    routes: [],
    fix: NASTY,
    ms: 1_234,
  }
}

const evidence: Evidence = {
  what: NASTY,
  route: 'GET /a/:id',
  at: 'server/a,b.js:12:5, server/c.js:1',
  expected: '404',
  got: '200',
  curl: "curl -i 'http://127.0.0.1/a/1'",
}
const checks = [
  result('a.pass', 'pass'),
  result('a.fail', 'fail', [evidence]),
  result('a.unknown', 'unknown', [{ what: 'not finished within 60 s', at: 'server/c.js:7' }]),
  {
    ...result('a.waived', 'waived', [{ what: 'known' }]),
    notes: ['waiver until 2999-01-01: until the next one'],
  },
]
const proofs: Proof[] = [
  { check: 'a.pass', mutant: 'a hole', red: true, state: 'killed', result: result('a.pass', 'fail') },
  {
    check: 'a.pass',
    mutant: `another ${NASTY}`,
    red: false,
    state: 'survived',
    result: result('a.pass', 'pass'),
  },
]

function report(more: Partial<Report> = {}): Report {
  const config = parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
    waivers: [
      { check: 'a.waived', reason: 'until the next one', until: '2999-01-01' },
      { check: 'a.other', reason: 'this one is over', until: '2020-01-01' },
    ],
  })
  const results = [{ phase: 1, name: 'first', go: false, checks, proofs, ms: 5_000 }]
  const run = { at: '2026-01-15T12:34:56.000Z', versions: { usertwo: '1.2.3', node: '20.19.0' } }
  return { app: 'pile & more', dial: 1, config, results, today: '2026-01-15', ...run, ...more }
}

function rendered(name: string, given = report()): string {
  return reporters.find((one) => one.name === name)!.render(given)
}

type JSXElement = Extract<ReturnType<typeof parseExpression>, { type: 'JSXElement' }>

// JSX parses XML: this is a second parser that must agree about the markup.
function elements({ children }: JSXElement): JSXElement[] {
  return children.filter((child): child is JSXElement => child.type === 'JSXElement')
}
function tagName({ openingElement: { name } }: JSXElement): string {
  return name.type === 'JSXIdentifier' ? name.name : ''
}
function textOf({ children }: JSXElement): string {
  return children.map((child) => (child.type === 'JSXText' ? child.value : '')).join('')
}
function attributes({ openingElement }: JSXElement): Record<string, string> {
  return Object.fromEntries(
    openingElement.attributes.flatMap((one) =>
      one.type === 'JSXAttribute' && one.value?.type === 'StringLiteral'
        ? [[one.name.name, one.value.value]]
        : [],
    ),
  )
}

test('there are six, and each ends its last line', () => {
  expect(reporters.map(({ name }) => name)).toEqual(['table', 'json', 'junit', 'markdown', 'github', 'html'])
  for (const { name } of reporters) expect(rendered(name), name).toMatch(/\n$/)
})

test('JSON has the verdict, each check and the surviving mutants', () => {
  const document = JSON.parse(rendered('json'))
  expect(document).toMatchObject({
    app: 'pile & more',
    go: false,
    phases: [
      { phase: 1, go: false, checks: [{ id: 'a.pass' }, { id: 'a.fail', evidence: [evidence] }, {}, {}] },
    ],
    proved: { checks: 1, red: 1, mutants: 2, survived: [{ check: 'a.pass', verdict: 'pass' }] },
    waivers: [{ check: 'a.waived' }, { check: 'a.other' }],
  })
})

test('JUnit is well-formed, with every text in it', () => {
  const [prolog, ...rest] = rendered('junit').split('\n')
  expect(prolog).toBe('<?xml version="1.0" encoding="UTF-8"?>')
  const root = parseExpression(rest.join('\n'), { plugins: ['jsx'] }) as JSXElement
  expect(attributes(root)).toMatchObject({
    name: 'usertwo gate: pile & more',
    tests: '6',
    failures: '2',
    errors: '1',
    skipped: '1',
    time: '5.000',
  })
  const cases = elements(root).flatMap(elements)
  expect(cases.map((one) => [attributes(one).name!.slice(0, 11), elements(one).map(tagName)[0]])).toEqual([
    ['a.pass: a.p', 'system-out'],
    ['a.fail: a.f', 'failure'],
    ['a.unknown: ', 'error'],
    ['a.waived: a', 'skipped'],
    ['a.pass: red', undefined],
    ['a.pass: red', 'failure'],
  ])
  const failure = elements(cases[1]!)[0]!
  const heard = 'a "b" <c> & \'d\' ]]> \ufffd\ufffd[31m 100%\r\nnext: line, | `code` \ufffd \u{1f4a3}'
  expect(attributes(failure).message).toBe(heard)
  expect(textOf(failure)).toContain(heard)
  expect(textOf(failure)).toContain("curl -i 'http://127.0.0.1/a/1'")
  expect(rendered('junit')).not.toMatch(/]]>/)
})

test('each annotation has its own line, and no text in it begins a command', () => {
  const lines = rendered('github').trimEnd().split('\n')
  expect(lines.map((line) => /^::(\w+) /.exec(line)?.[1])).toEqual([
    'error',
    'error',
    'warning',
    'error',
    'notice',
    'notice',
  ])
  expect(lines[0]).toMatch(/^::error title=a\.fail::a\.fail is so%0Aa "b".*100%25%0D%0Anext: line, /)
  expect(lines[1]).toMatch(/^::error file=server\/c\.js,line=7,title=a\.unknown::/)
  expect(lines[3]).toMatch(/^::error title=a\.pass%3A a mutant survived::another a "b"/)
})

test('an annotation at a line and column names all three', () => {
  const checks = [result('a.fail', 'fail', [{ what: 'here', at: 'server/a.js:12:5' }])]
  const given = report({ results: [{ phase: 1, name: 'first', go: false, checks, proofs: [], ms: 1 }] })
  expect(rendered('github', given)).toMatch(/^::error file=server\/a\.js,line=12,col=5,title=a\.fail::/)
})

test('Markdown keeps its table intact, and escapes all markup in texts', () => {
  const text = rendered('markdown')
  const rows = text.split('\n').filter((line) => line.startsWith('|'))
  expect(rows.map((row) => row.replace(/\\\|/g, '').split('|').length)).toEqual(rows.map(() => 7))
  expect(text).toContain('## pile \\& more: NO-GO at phase 1')
  // In a code span nothing is parsed as markup.
  expect(text.replace(/`+.*?`+/g, '')).not.toMatch(/(?<!\\)<c>/)
  expect(text).toContain('### Mutants: 1 of 2 red')
})

test('the table ends with the waivers and with what survived', () => {
  const tail = rendered('table').split('\n').slice(-7)
  expect(tail[0]).toBe('waiver: a.waived is waived until 2999-01-01: until the next one')
  expect(tail[1]).toMatch(/a\.other is waived until 2020-01-01, which is over: it counts no more/)
  expect(tail[2]).toBe('1 of 2 mutants turned their check red (1 checks).')
  expect(tail[3]).toBe('Surviving mutants: 1')
  expect(tail[4]).toMatch(/SURVIVED: a\.pass with another/)
})

test('says that no mutant survived', () => {
  const results = [{ phase: 1, name: 'first', go: true, checks: [checks[0]!], proofs: [proofs[0]!], ms: 1 }]
  expect(rendered('table', report({ results }))).toContain('\nSurviving mutants: none\n')
  expect(rendered('markdown', report({ results }))).toContain('None survived.')
  expect(JSON.parse(rendered('json', report({ results }))).proved.survived).toEqual([])
})

test.each(['table', 'markdown'])('incidental notes follow the findings, in %s', (name) => {
  const notes = ['a server was refused']
  const results = [
    {
      phase: 1,
      name: 'first',
      go: false,
      checks: [{ ...result('a.fail', 'fail', [{ what: 'a leak' }]), notes }],
      proofs: [],
      ms: 1,
    },
  ]
  expect(rendered(name, report({ results }))).toMatch(/a leak[\s\S]+a server was refused/)
})

/** What one check found at `count` places of each route, one route after the other. */
const foundAt = (routes: readonly string[], count: number): Evidence[] =>
  routes.flatMap((route) =>
    Array.from({ length: count }, (_, at) => ({ what: `row ${at} is shown`, route, leaked: `mark ${at}` })),
  )

test.each(['table', 'markdown'])('%s names every route with findings before any of them', (name) => {
  const routes = ['GET /a', 'GET /b', 'POST /c', 'GET /d', 'GET /e', 'GET /f', 'GET /g', 'POST /h']
  const checks = [result('a.fail', 'fail', [...foundAt(routes, 7), { what: 'a row of no route' }])]
  const text = rendered(
    name,
    report({ results: [{ phase: 1, name: 'first', go: false, checks, proofs: [], ms: 1 }] }),
  ).replaceAll('`', '')
  for (const route of routes) expect(text).toMatch(new RegExp(`${route}: row 0 is shown \\(and 6 more\\)`))
  const overview = text.lastIndexOf('(and 6 more)')
  expect(overview).toBeLessThan(text.indexOf('leaked'))
  // The details begin with one finding of each route.
  expect(text.match(/leaked mark 1/g) ?? []).toHaveLength(name === 'table' ? 0 : 1)
})

test('of a few findings, or of one route, the details say it all', () => {
  for (const evidence of [foundAt(['GET /a', 'GET /b'], 2), foundAt(['GET /a'], 9)]) {
    const checks = [result('a.fail', 'fail', evidence)]
    const text = rendered(
      'table',
      report({ results: [{ phase: 1, name: 'first', go: false, checks, proofs: [], ms: 1 }] }),
    )
    expect(text).not.toContain('GET /a: row')
    expect(text).toContain('row 0 is shown [GET /a]')
  }
})
