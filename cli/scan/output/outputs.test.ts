import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { kindIds } from '../kinds.js'
import { scan } from '../scan.js'
import { outputs } from './outputs.js'
import type { ScanReport } from './report.js'

const ESCAPE = '\u001b[2J\u001b[31m'
let folder: string
let report: ScanReport

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-outputs-'))
  writeFileSync(
    join(folder, 'package.json'),
    `{ "name": "a|b${'\\u001b[2J'}", "dependencies": { "express": "^4.0.0" } }`,
  )
  mkdirSync(join(folder, `a ${ESCAPE}\u202e`))
  writeFileSync(
    join(folder, `a ${ESCAPE}\u202e`, 'a.js'),
    "const cors = require('cors')\napp.use(cors())\napp.get('/debug/\u001b[2J', (req, res) => res.send(x))\n",
  )
  writeFileSync(
    join(folder, 'many.js'),
    Array.from({ length: 12 }, (_, at) => `app.get('/admin/${'long-'.repeat(20)}${at}', list)`).join('\n'),
  )
  writeFileSync(join(folder, 'broken.js'), 'const = 1 }}}')
  report = { ...(await scan(folder)), next: 'npx usertwo init' }
})
afterAll(() => rmSync(folder, { recursive: true }))

const rendered = (name: string) => outputs.find((one) => one.name === name)!.render(report)

describe.each(['terminal', 'markdown', 'sarif', 'json'])('%s', (name) => {
  it('has no character that steers a terminal', () => {
    expect(rendered(name).replaceAll('\n', '')).not.toMatch(/[\p{Cc}]/u)
  })
  it('ends in a line of its own', () => {
    expect(rendered(name)).toMatch(/[^\n]\n$/)
  })
})

describe('terminal', () => {
  it('is at most 100 columns wide, and ends with the next command', () => {
    const lines = rendered('terminal').trimEnd().split('\n')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100)
    expect(lines.at(-1)).toBe('Next: npx usertwo init')
  })

  it('writes out what would turn or clear the screen', () => {
    expect(rendered('terminal').replace(/\s/g, '')).toContain('\\u001b[2J\\u001b[31m\\u202e/a.js:2')
  })

  it('counts what it does not show, and what it did not read', () => {
    expect(rendered('terminal')).toContain('… and 5 more: --json lists all')
    expect(rendered('terminal')).toContain('broken.js: not parsed')
  })
})

it('says of the users their table with its columns, and who is taken for the one there is', async () => {
  const app = mkdtempSync(join(tmpdir(), 'usertwo-users-'))
  writeFileSync(join(app, 'schema.sql'), 'create table users (id serial primary key, email text);')
  writeFileSync(join(app, 'app.js'), "const me = () => db('users').first()\nconst mine = { user_id: 1 }\n")
  const said = outputs.find(({ name }) => name === 'markdown')!.render({ ...(await scan(app)), next: 'x' })
  rmSync(app, { recursive: true })
  expect(said).toMatch(/\| users \| table users at schema\.sql:1: id, email \|/)
  expect(said).toMatch(/\| user 1 \| the first of users is taken for the caller \(app\.js:1 and 1 more\) \|/)
})

it.each([
  ['^7.18.2', true],
  ['8.0.2', true],
  ['^8.3.0', false],
  ['latest', false],
])('says what to do about a pg that is too old: %s', async (version, isOld) => {
  const app = mkdtempSync(join(tmpdir(), 'usertwo-pg-'))
  writeFileSync(join(app, 'package.json'), JSON.stringify({ dependencies: { express: '^4', pg: version } }))
  writeFileSync(join(app, 'app.js'), "const app = require('express')()\n")
  const report = { ...(await scan(app)), next: 'x' }
  rmSync(app, { recursive: true })
  for (const { name, render } of outputs.filter((one) => /terminal|markdown/.test(one.name)))
    expect(render(report).includes('usertwo needs pg 8.3 or later: npm i pg@8'), name).toBe(isOld)
})

it('says how many routes ask the table of users, which is not judged', async () => {
  const app = mkdtempSync(join(tmpdir(), 'usertwo-people-'))
  writeFileSync(join(app, 'schema.sql'), 'create table users (id serial primary key, email text);')
  writeFileSync(
    join(app, 'app.js'),
    "const { Pool } = require('pg')\nconst app = require('express')()\nconst pool = new Pool()\napp.get('/users', (req, res) => pool.query('select * from users').then(({ rows }) => res.json(rows)))\napp.get('/ping', (req, res) => res.end())\n",
  )
  const said = outputs.find(({ name }) => name === 'markdown')!.render({ ...(await scan(app)), next: 'x' })
  rmSync(app, { recursive: true })
  expect(said).toContain(
    '| routes | 2 in the source, all understood: 0 lead to rows of other users, 1 asks the table of users, which is not judged |',
  )
})

it('markdown shows every place, and takes nothing of the app for markup', () => {
  const open = rendered('markdown').split('## Open routes')[1]
  expect(rendered('markdown').match(/GET \/admin\//g)).toHaveLength(24)
  expect(open?.match(/\/admin\/.* is declared on a router that no other code was seen to use/g)).toHaveLength(
    12,
  )
  expect(rendered('markdown')).toContain('a\\|b')
})

it('json has the gain and the fix of each finding', () => {
  const { findings, next } = JSON.parse(rendered('json'))
  expect(findings).toHaveLength(report.findings.length)
  expect(findings[0]).toMatchObject({ gain: expect.any(String), phase: 2, cure: expect.any(String) })
  expect(next).toBe('npx usertwo init')
})

/** What SARIF 2.1.0 must have, and what code scanning reads of it. */
const text = z.strictObject({ text: z.string().min(1), markdown: z.string().optional() })
const level = z.enum(['error', 'warning', 'note', 'none'])
// RFC 3986, relative: no scheme, no backslash, nothing that must be escaped.
const uri = z.string().regex(/^(?![\w+.-]+:)(?:[\w.~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+$/)
const location = (region: boolean) =>
  z.strictObject({
    physicalLocation: z.strictObject({
      artifactLocation: z.strictObject({ uri }),
      ...(region && { region: z.strictObject({ startLine: z.int().min(1) }) }),
    }),
  })
const sarif = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z.tuple([
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string().min(1),
          rules: z.array(
            z.strictObject({
              id: z.string().max(255),
              name: z.string().max(255),
              shortDescription: text,
              fullDescription: text,
              help: text,
              defaultConfiguration: z.strictObject({ level }),
              properties: z.strictObject({ tags: z.array(z.string()).max(20) }),
            }),
          ),
        }),
      }),
      columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
      results: z
        .array(
          z.strictObject({
            ruleId: z.string(),
            ruleIndex: z.int().min(0),
            level,
            message: text,
            locations: z.array(location(true)).min(1),
            partialFingerprints: z.record(z.string(), z.string().min(1)),
          }),
        )
        .max(25_000),
      invocations: z.array(
        z.strictObject({
          executionSuccessful: z.boolean(),
          toolExecutionNotifications: z.array(
            z.strictObject({ level, message: text, locations: z.array(location(false)).min(1) }),
          ),
        }),
      ),
    }),
  ]),
})

describe('sarif', () => {
  it('is a log of version 2.1.0 with what it must have', () => {
    expect(sarif.safeParse(JSON.parse(rendered('sarif'))).error?.issues).toBeUndefined()
  })

  it('has a rule for every kind, each once, and each result points at its own', () => {
    const [run] = sarif.parse(JSON.parse(rendered('sarif'))).runs
    const { rules } = run.tool.driver
    expect(rules.map(({ id }) => id)).toEqual(kindIds)
    expect(run.results).toHaveLength(report.findings.length)
    for (const { ruleId, ruleIndex } of run.results) expect(rules[ruleIndex]!.id).toBe(ruleId)
  })

  it('keeps the mark of a finding when lines are added above it', async () => {
    const marks = (from: ScanReport) =>
      sarif
        .parse(JSON.parse(outputs.find(({ name }) => name === 'sarif')!.render(from)))
        .runs[0].results.map(({ partialFingerprints }) => Object.values(partialFingerprints)[0])
    const moved = report.findings.map((one) => ({
      ...one,
      at: one.at.replace(/\d+$/, (line) => `${Number(line) + 7}`),
    }))
    expect(marks({ ...report, findings: moved })).toEqual(marks(report))
    expect(new Set(marks(report)).size).toBe(report.findings.length)
  })
})
