// A real Prometheus evaluates what docs/metrics asks of it, with the figures of a real app.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import express from 'express'
import type { Knex } from 'knex'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { type Prometheus, skipWithoutPrometheus, startPrometheus } from './support/prometheus.js'
import { type WrappedApp, wrappedApp } from './support/wrapped-app.js'

const file = (name: string) => fileURLToPath(new URL(`../docs/metrics/${name}`, import.meta.url))
const read = (name: string) => readFileSync(file(name), 'utf8')

interface Query {
  from: string
  expr: string
}
interface Dashboard {
  panels: { title: string; targets: { expr: string }[] }[]
  templating: { list: { name: string; type: string; query: string }[] }
}

const alertQueries = (yaml: string): Query[] =>
  (parseYaml(yaml) as { groups: { rules: { alert: string; expr: string }[] }[] }).groups.flatMap(
    ({ rules }) => rules.map(({ alert, expr }) => ({ from: alert, expr })),
  )

/** With the values that Grafana puts in place of its variables. */
function panelQueries(json: string): Query[] {
  const { panels, templating } = JSON.parse(json) as Dashboard
  const filled = (expr: string) => expr.replaceAll('$job', 'app').replaceAll('$__rate_interval', WINDOW)
  const listed = templating.list.flatMap(({ name, query }) => {
    const [, metric] = /^label_values\((\w+), \w+\)$/.exec(query) ?? []
    return metric ? [{ from: `variable ${name}`, expr: metric }] : []
  })
  const asked = panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => ({ from: title, expr: filled(expr) })),
  )
  return [...asked, ...listed]
}

const WINDOW = '10s'
/** Applies a change to the parts of a query that are neither strings nor label matchers. */
const outside = (expr: string, change: (part: string) => string) =>
  expr
    .split(/(\{[^}]*\}|"(?:\\.|[^"\\])*")/)
    .map((part, n) => (n % 2 ? part : change(part)))
    .join('')

/**
 * Returns the query that has data whether or not its condition is met: each comparison yields 0 or 1 (`bool`) where it
 * would drop the series, and the windows fit into the time of a test. Both sides must still have data and equal labels.
 */
const unconditional = (expr: string) =>
  outside(expr, (part) =>
    part
      .replace(/(?:[=!<>]=|[<>])(?!\s*bool\b)/g, '$& bool ')
      .replace(/\boffset\s+\d+[smhdwy]/g, 'offset 1s')
      .replace(/\[\d+[smhdwy]\]/g, `[${WINDOW}]`),
  )

/** Returns the selectors of a query: metric names with their label matchers. */
function selectorsOf(expr: string): string[] {
  const bare = expr.replace(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ')
  const words = bare.matchAll(/(?<![\w.:"])([a-zA-Z_:][\w:]*)(\{[^}]*\})?(?!\w)(\s*\()?/g)
  return [...words].flatMap(([, name, matchers = '', call]) =>
    call || /^(?:and|or|unless|offset|bool)$/.test(name!) ? [] : [`${name}${matchers}`],
  )
}

/** Returns what is wrong with a query: it does not parse, asks for a series that is not there, or yields nothing. */
async function problemsOf(prometheus: Prometheus, { from, expr }: Query): Promise<string[]> {
  const numbers = async (query: string) =>
    (await prometheus.query(query)).filter(({ value }) => Number.isFinite(value)).length
  try {
    await prometheus.query(expr)
    const problems: string[] = []
    for (const selector of selectorsOf(expr))
      if ((await numbers(selector)) === 0) problems.push(`${from}: there is no ${selector}`)
    if ((await numbers(unconditional(expr))) === 0)
      problems.push(`${from}: no data for ${unconditional(expr)}`)
    return problems
  } catch (error) {
    return [`${from}: ${(error as Error).message}`]
  }
}

const allProblems = async (prometheus: Prometheus, queries: readonly Query[]) =>
  (await Promise.all(queries.map((query) => problemsOf(prometheus, query)))).flat()

function notes(db: Knex) {
  const kept: unknown[] = []
  return express()
    .get('/notes', (_req, res, next) => db('notes').then((rows) => res.json(rows), next))
    .get('/keep', (_req, res, next) => db('notes').then((rows) => res.json(kept.push(...rows)), next))
    .get('/kept', (_req, res) => void res.json(kept))
    .get('/empty', (_req, res, next) =>
      db('notes')
        .truncate()
        .then(() => res.json({}), next),
    )
    .get('/broken', () => {
      throw new Error('broken')
    })
}

test('a query without its condition keeps its structure', () => {
  expect(unconditional('a{b=~"x>y"} > 3 * rate(c[1d] offset 15m) and sum(d) == 0')).toBe(
    'a{b=~"x>y"} > bool  3 * rate(c[10s] offset 1s) and sum(d) == bool  0',
  )
  expect(
    selectorsOf('sum by (job, code) (rate(a_total{code!="b"}[15m])) / on (job) up offset 5m > 3'),
  ).toEqual(['a_total{code!="b"}', 'up'])
})

describe.skipIf(skipWithoutPrometheus('the queries of the dashboard and the alerts'))('Prometheus', () => {
  let app: WrappedApp
  let prometheus: Prometheus
  /** Each kind of request that a figure counts, by both users at once. */
  const traffic = async () => {
    const paths = ['/notes', '/broken', '/empty', '/missing']
    await Promise.all(app.people.flatMap((one) => paths.map((path) => app.ask(one, 'GET', path))))
    await app.ask(null, 'GET', '/notes')
    const body = { email: 'unknown@example.com', password: 'not the right one' }
    await app.ask(null, 'POST', '/api/auth/login', body)
  }
  beforeAll(async () => {
    app = await wrappedApp(notes, {
      env: { METRICS: 'true', LOG_LEVEL: 'silent' },
      schema: `insert into notes (text, user_id) values ('one', 1), ('two', 2);`,
    })
    await traffic()
    prometheus = await startPrometheus(new URL(app.url).host, file('alerts.yml'))
  })
  afterAll(async () => {
    await prometheus?.stop()
    await app?.dispose()
  })

  test.each([
    ['alerts.yml', alertQueries],
    ['dashboard.json', panelQueries],
  ])('each query of %s parses and has data', async (name, queriesOf) => {
    const queries = queriesOf(read(name))
    expect(queries.length).toBeGreaterThan(9)
    await vi.waitFor(
      async () => {
        await traffic()
        expect(await allProblems(prometheus, queries)).toEqual([])
      },
      { timeout: 40_000, interval: 1_000 },
    )
  })

  test('each alert is loaded and evaluated, and that of foreign rows fires after one', async () => {
    const names = alertQueries(read('alerts.yml')).map(({ from }) => from)
    await vi.waitFor(async () => {
      const alerts = await prometheus.alerts()
      expect(alerts.map(({ name, health }) => [name, health])).toEqual(names.map((name) => [name, 'ok']))
    }, 20_000)
    const stateOf = async () =>
      (await prometheus.alerts()).find(({ name }) => name === 'AnswersHeldForeignRows')!.state
    expect(await stateOf()).toBe('inactive')
    const [one, two] = app.people
    await app.ask(one!, 'GET', '/keep')
    expect((await app.ask(two!, 'GET', '/kept')).status).toBe(500)
    await vi.waitFor(async () => expect(await stateOf()).toBe('firing'), { timeout: 20_000, interval: 500 })
  })

  // After those above, each series is there, so that nothing has to be waited for.
  test.each<[string, string, RegExp]>([
    ['metric name', 'sum(increase(auth_revocation_total[1h])) > 5', /there is no auth_revocation_total/],
    ['label', 'sum(auth_login_fail_total{cause="rate_limited"}) > 5', /there is no .*cause/],
    ['label value', 'sum(auth_login_fail_total{reason="rate_limit"}) > 5', /there is no .*"rate_limit"/],
    [
      'match of two sides',
      'sum by (pool) (database_pool_waiting) > 0 and sum by (job) (database_pool_size) > 0',
      /no data for/,
    ],
    ['parenthesis', 'sum(increase(auth_revocations_total[1h]) > 5', /unclosed left parenthesis/],
    ['function', 'sum(increases(auth_revocations_total[1h])) > 5', /unknown function/],
  ])('a query with a wrong %s is found', async (_what, expr, found) => {
    expect(await problemsOf(prometheus, { from: 'planted', expr })).toEqual(
      expect.arrayContaining([expect.stringMatching(found)]),
    )
  })

  test.each([
    ['alerts.yml', alertQueries],
    ['dashboard.json', panelQueries],
  ])('a metric that is renamed in %s is found', async (name, queriesOf) => {
    const renamed = read(name).replaceAll('database_pool_waiting', 'database_pool_queued')
    const problems = await allProblems(prometheus, queriesOf(renamed))
    expect(problems).toEqual(
      expect.arrayContaining([expect.stringMatching(/there is no database_pool_queued/)]),
    )
  })
})
