import { getEventListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { check, green, red, suiteOf, tinyGate } from '../../../test/support/tiny-gate.js'
import type { Check, Evidence, Finding, Mutant } from '../check.js'
import type { Gate } from '../gate.js'
import migrated from '../mutants/migrated.js'
import type { Suite } from './suite.js'

const tiny = tinyGate()
const verdicts = (result: { checks: { id: string; verdict: string }[] }) =>
  Object.fromEntries(result.checks.map(({ id, verdict }) => [id, verdict]))

describe('a verdict', () => {
  test('is GO when every check passed', async () => {
    const result = await tiny.run([check('tiny.a', async () => green), check('tiny.b', async () => green)])
    expect([result.go, verdicts(result)]).toEqual([true, { 'tiny.a': 'pass', 'tiny.b': 'pass' }])
  })

  test('is NO-GO when one found a problem', async () => {
    const result = await tiny.run([check('tiny.a', async () => green), check('tiny.b', async () => red)])
    expect([result.go, verdicts(result)]).toEqual([false, { 'tiny.a': 'pass', 'tiny.b': 'fail' }])
  })

  test('ends the run where the recording is stale, and names the phases that would compare with it', async () => {
    const later: Suite = { ...suiteOf([check('tiny.b', async () => green)]), number: 2 }
    const ran: string[] = []
    const notRun: number[] = []
    const how = (first: Finding) => ({
      phases: [suiteOf([check('tiny.a', async () => first)]), later],
      onResult: (_phase: unknown, { id }: { id: string }) => void ran.push(id),
      onStale: (phases: readonly { number: number }[]) =>
        void notRun.push(...phases.map(({ number }) => number)),
    })
    await tiny.run([], how({ ...red, stale: true }))
    expect([ran, notRun]).toEqual([['tiny.a'], [2]])
    await tiny.run([], how(red))
    expect([ran, notRun]).toEqual([['tiny.a', 'tiny.a', 'tiny.b'], [2]])
  })

  test('is GO without a run, and says so, for a check of the login of usertwo where the app keeps its own', async () => {
    const lookups = { users: ['email'] }
    const auth = { by: 'app' as const, user: () => null, login: { post: '/login' }, lookups }
    const ofLogin = check('tiny.a', async () => red)
    const phases = [suiteOf([{ ...ofLogin, ofUsertwosLogin: true }, check('tiny.b', async () => green)])]
    const result = await tiny.run([], { phases }, { auth })
    expect([result.go, verdicts(result)]).toEqual([true, { 'tiny.a': 'pass', 'tiny.b': 'pass' }])
    expect(result.checks[0]).toMatchObject({
      leftToApp: true,
      exercised: 0,
      nothingToDo: 'the app keeps its own login (auth.by), so usertwo neither does nor proves this',
    })
    const withUsertwo = await tiny.run([], { phases })
    expect([withUsertwo.go, verdicts(withUsertwo)['tiny.a']]).toEqual([false, 'fail'])
  })

  test('leaves out a check that is not about an app of its configuration', async () => {
    const other = { ...check('tiny.a', async () => red), onlyWhere: () => false }
    const result = await tiny.run([other, check('tiny.b', async () => green)])
    expect([result.go, verdicts(result)]).toEqual([true, { 'tiny.b': 'pass' }])
  })

  test('is unknown, and NO-GO, for a check that throws, with what it threw', async () => {
    const broken = check('tiny.a', async () => {
      throw new Error('the bolt is loose')
    })
    const result = await tiny.run([broken])
    expect([result.go, verdicts(result)]).toEqual([false, { 'tiny.a': 'unknown' }])
    expect(result.checks[0]!.evidence).toEqual([{ what: 'the bolt is loose' }])
  })

  test('covers what a check had found when it returned: the end of its app afterwards is not a problem', async () => {
    const listening = check('tiny.a', async ({ signal }) => {
      const problems: Evidence[] = []
      signal.addEventListener('abort', () => problems.push({ what: 'the app does not answer' }))
      return { ...green, problems }
    })
    const result = await tiny.run([listening])
    expect([result.go, verdicts(result), result.checks[0]!.evidence]).toEqual([
      true,
      { 'tiny.a': 'pass' },
      [],
    ])
  })

  test('is unknown, and NO-GO, for a check that does not end in time, and the check is notified', async () => {
    let told = false
    const slow = check(
      'tiny.a',
      async ({ signal }) => {
        signal.addEventListener('abort', () => {
          told = true
        })
        await sleep(60_000, undefined, { ref: false })
        return green
      },
      { timeout: 1_500 },
    )
    const result = await tiny.run([slow])
    expect([result.go, verdicts(result), told]).toEqual([false, { 'tiny.a': 'unknown' }, true])
    expect(result.checks[0]!.evidence[0]!.what).toMatch(/^not finished within 1.5 s/)
  })

  test('is unknown, and NO-GO, for a check that exercised nothing', async () => {
    const result = await tiny.run([check('tiny.a', async () => ({ ...green, exercised: 0 }))])
    expect([result.go, verdicts(result)]).toEqual([false, { 'tiny.a': 'unknown' }])
    expect(result.checks[0]!.evidence).toEqual([{ what: 'nothing was exercised' }])
  })

  test('is GO, with the reason, for a check that finds nothing to do and names what would give it something', async () => {
    const idle = { exercised: 0, unit: 'pages', problems: [], nothingToDo: 'the app has no pages' }
    const additions: [Mutant] = [{ name: 'a page', names: 'there is one', by: {} }]
    const result = await tiny.run([check('tiny.a', async () => idle, { additions })])
    expect([result.go, verdicts(result)]).toEqual([true, { 'tiny.a': 'pass' }])
    expect(result.checks[0]).toMatchObject({ nothingToDo: 'the app has no pages', evidence: [] })
  })

  test('is NO-GO for a check that finds nothing to do, but a problem, or what it could not try', async () => {
    const idle = { exercised: 0, unit: 'pages', nothingToDo: 'the app has no pages' }
    const additions: [Mutant] = [{ name: 'a page', names: 'there is one', by: {} }]
    const one = [{ what: 'there is one' }]
    const result = await tiny.run([
      check('tiny.a', async () => ({ ...idle, problems: one }), { additions }),
      check('tiny.b', async () => ({ ...idle, problems: [], unproven: one }), { additions }),
    ])
    expect([result.go, verdicts(result)]).toEqual([false, { 'tiny.a': 'fail', 'tiny.b': 'unknown' }])
  })

  test('is unknown for a check that finds nothing to do and names nothing that would show otherwise', async () => {
    const idle = { exercised: 0, unit: 'pages', problems: [], nothingToDo: 'the app has no pages' }
    const result = await tiny.run([check('tiny.a', async () => idle)])
    expect([result.go, verdicts(result)]).toEqual([false, { 'tiny.a': 'unknown' }])
    expect(result.checks[0]!.evidence[0]!.what).toMatch(/names no defect .+: the app has no pages$/)
  })

  test('where there was nothing to do, what is added must turn the check red, instead of its mutants', async () => {
    const page = [{ what: 'there is one' }]
    const look = check(
      'tiny.a',
      async ({ proving }) => ({
        exercised: 0,
        unit: 'pages',
        problems: proving ? page : [],
        nothingToDo: 'the app has no pages',
      }),
      { additions: [{ name: 'a page', names: 'there is one', by: {} }] },
    )
    const { go, proofs } = await tiny.run([look], { prove: true })
    expect([go, proofs.map(({ mutant, red }) => [mutant, red])]).toEqual([true, [['a page', true]]])
  })

  test('does not try a mutant that proves nothing in this app, and reports why; if none is left, tries the additions', async () => {
    const mutant = (name: string): Mutant => ({ name, names: 'there is one', by: {} })
    const look =
      (ignored: Record<string, string>): Check['run'] =>
      async ({ proving }) => ({ ...green, problems: proving ? [{ what: 'there is one' }] : [], ignored })
    const why = 'the app has no POST'
    const two = {
      mutants: [mutant('a'), mutant('b')] as [Mutant, ...Mutant[]],
      additions: [mutant('c')] as [Mutant],
    }
    const { go, checks, proofs } = await tiny.run(
      [check('tiny.one', look({ b: why }), two), check('tiny.none', look({ a: why, b: why }), two)],
      { prove: true },
    )
    expect([go, proofs.map(({ check, mutant }) => `${check} ${mutant}`)]).toEqual([
      true,
      ['tiny.one a', 'tiny.none c'],
    ])
    expect(checks[0]!.notes).toEqual([`not tried: "b", since ${why}`])
  })

  test('a check cannot ignore a mutant that it does not have', async () => {
    const look = check('tiny.a', async () => ({ ...green, ignored: { b: 'it is not there' } }))
    await expect(tiny.run([look], { prove: true })).rejects.toThrow(
      'tiny.a ignores "b", which is not a mutant of it',
    )
  })

  test('is unknown, and NO-GO, for a check that could not try something', async () => {
    const unproven = [{ what: 'no request was found', route: 'GET /a' }]
    const result = await tiny.run([check('tiny.a', async () => ({ ...green, unproven }))])
    expect([result.go, verdicts(result)]).toEqual([false, { 'tiny.a': 'unknown' }])
    expect(result.checks[0]!.evidence).toEqual(unproven)
  })

  test('is NO-GO for a phase without checks', async () => {
    expect((await tiny.run([])).go).toBe(false)
  })

  test('is never tried again: a check that is red the first time stays red', async () => {
    let runs = 0
    const flaky = check('tiny.a', async () => (++runs === 1 ? red : green))
    const result = await tiny.run([flaky], { prove: true })
    expect([result.go, verdicts(result), runs]).toEqual([false, { 'tiny.a': 'fail' }, 1])
  })
})

describe('a waiver', () => {
  const waiver = (check: string, until: string) => ({
    waivers: [{ check, until, reason: 'mended with the next release' }],
  })

  test.each([
    ['red', async () => red],
    ['unknown', async () => ({ ...green, exercised: 0 })],
  ])('lets a %s check pass until its day, and is shown', async (_verdict, run) => {
    const result = await tiny.run([check('tiny.a', run)], {}, waiver('tiny.a', '2999-12-31'))
    expect([result.go, verdicts(result)]).toEqual([true, { 'tiny.a': 'waived' }])
    expect(result.checks[0]!.notes).toEqual(['waiver until 2999-12-31: mended with the next release'])
  })

  test('counts no more after its day: NO-GO', async () => {
    const result = await tiny.run([check('tiny.a', async () => red)], {}, waiver('tiny.a', '2020-01-31'))
    expect([result.go, verdicts(result)]).toEqual([false, { 'tiny.a': 'fail' }])
    expect(result.checks[0]!.notes).toEqual(['expired waiver until 2020-01-31: mended with the next release'])
  })

  test('speaks for its own check only', async () => {
    const checks = [check('tiny.a', async () => red), check('tiny.b', async () => red)]
    const result = await tiny.run(checks, {}, waiver('tiny.a', '2999-12-31'))
    expect([result.go, verdicts(result)]).toEqual([false, { 'tiny.a': 'waived', 'tiny.b': 'fail' }])
  })

  describe('that names parts', () => {
    const found = (...parts: (string | undefined)[]) => ({
      ...green,
      problems: parts.map((part) => ({ what: `found ${part}`, part })),
    })
    const named = (until = '2999-12-31') => ({
      waivers: [
        { check: 'tiny.a', parts: ['lock 1', 'lock 2'], until, reason: 'mended with the next release' },
      ],
    })

    test('lets a check pass that found nothing else', async () => {
      const result = await tiny.run([check('tiny.a', async () => found('lock 2'))], {}, named())
      expect([result.go, verdicts(result)]).toEqual([true, { 'tiny.a': 'waived' }])
      expect(result.checks[0]!.notes).toEqual([
        'waiver of lock 1, lock 2 until 2999-12-31: mended with the next release',
      ])
    })

    test('leaves what it does not name red, and shows only that', async () => {
      const run = async () => found('lock 1', 'lock 3', undefined)
      const result = await tiny.run([check('tiny.a', run)], {}, named())
      expect([result.go, verdicts(result)]).toEqual([false, { 'tiny.a': 'fail' }])
      expect(result.checks[0]!.evidence.map(({ part }) => part)).toEqual(['lock 3', undefined])
    })

    test('lets a check pass that could not try them, and nothing else', async () => {
      const untried = (...parts: string[]) => parts.map((part) => ({ what: 'not tried', part }))
      const run = async (finding: object) =>
        verdicts(await tiny.run([check('tiny.a', async () => ({ ...green, ...finding }))], {}, named()))
      expect(await run({ unproven: untried('lock 1', 'lock 2') })).toEqual({ 'tiny.a': 'waived' })
      expect(await run({ unproven: untried('lock 1', 'lock 3') })).toEqual({ 'tiny.a': 'unknown' })
      expect(await run({ unproven: untried('lock 1'), exercised: 0 })).toEqual({ 'tiny.a': 'unknown' })
    })

    test('speaks for one finding by the part that is printed with it, in every run', async () => {
      const leak = (n: number) => ({
        what: `a row of 127.0.0.1:${n} was shown after ${n} ms`,
        route: 'GET /a/:id',
        table: 'notes',
      })
      const part = 'a row of 127.0.0.1:<port> was shown after <time> ms [GET /a/:id] (notes)'
      const waivers = [
        { check: 'tiny.a', parts: [part], until: '2999-12-31', reason: 'a shared notice board' },
      ]
      const run = async (...problems: object[]) =>
        verdicts(
          await tiny.run(
            [check('tiny.a', async () => ({ ...green, problems: problems as [] }))],
            {},
            { waivers },
          ),
        )
      expect(await run(leak(4711))).toEqual({ 'tiny.a': 'waived' })
      expect(await run(leak(8080), { ...leak(8080), table: 'threads' })).toEqual({ 'tiny.a': 'fail' })
    })

    test('says nothing for a check that could find nothing out, nor after its day', async () => {
      const unknown = await tiny.run([check('tiny.a', async () => ({ ...green, exercised: 0 }))], {}, named())
      const over = await tiny.run([check('tiny.a', async () => found('lock 1'))], {}, named('2020-01-31'))
      expect([unknown, over].map(verdicts)).toEqual([{ 'tiny.a': 'unknown' }, { 'tiny.a': 'fail' }])
    })

    test.each([
      ['red in another part', ['lock 1', 'lock 3'], named(), true],
      ['red in the same part only', ['lock 1', 'lock 2'], named(), false],
      ['red in the same part, its waiver taken back', ['lock 1'], { waivers: [] }, true],
    ])('leaves a mutant to be seen: %s', async (_what, parts, mutated, isRed) => {
      const locks = check('tiny.a', async (gate) => (gate.proving ? found(...parts) : found('lock 1')), {
        mutants: [
          { name: 'a defect', names: 'found', by: { config: (config) => ({ ...config, ...mutated }) } },
        ],
      })
      const result = await tiny.run([locks], { prove: true }, named())
      expect([result.go, result.proofs[0]!.red]).toEqual([isRed, isRed])
    })
  })

  test('for a check that does not exist is a wrong configuration, with the nearest name', async () => {
    const run = tiny.run([check('tiny.first', async () => red)], {}, waiver('tiny.frist', '2999-12-31'))
    await expect(run).rejects.toThrow(
      /waivers\.0\.check: tiny\.frist is not a check; did you mean tiny\.first\?/,
    )
  })
})

describe('checks', () => {
  test('run only as asked for, several by id', async () => {
    const checks = ['tiny.a', 'tiny.b', 'tiny.c'].map((id) => check(id as 'tiny.a', async () => green))
    const result = await tiny.run(checks, { only: ['tiny.c', 'tiny.a'] })
    expect(Object.keys(verdicts(result))).toEqual(['tiny.a', 'tiny.c'])
  })

  test('run two at a time, and alone where one asks for it', async () => {
    let now = 0
    const beside: Record<string, number> = {}
    const counting = (id: 'tiny.a', alone = false) =>
      check(
        id,
        async () => {
          now++
          for (let turn = 0; turn < 20; turn++) {
            beside[id] = Math.max(beside[id] ?? 0, now)
            await sleep(20)
          }
          now--
          return green
        },
        { alone },
      )
    const ids = ['tiny.a', 'tiny.b', 'tiny.c', 'tiny.d'] as 'tiny.a'[]
    const result = await tiny.run(ids.map((id) => counting(id, id.endsWith('b'))))
    expect(Object.keys(verdicts(result))).toEqual(ids)
    expect(beside['tiny.b']).toBe(1)
    expect(Math.max(...Object.values(beside))).toBe(2)
  })

  test('begin with those that may take longest, and are reported in their own order', async () => {
    const begun: string[] = []
    const noting = (id: 'tiny.a', timeout?: number) =>
      check(
        id,
        async () => {
          begun.push(id)
          return green
        },
        { timeout },
      )
    const checks = [noting('tiny.a'), noting('tiny.b' as 'tiny.a', 90_000), noting('tiny.c' as 'tiny.a')]
    const result = await tiny.run(checks, { workers: 1 })
    expect(begun).toEqual(['tiny.b', 'tiny.a', 'tiny.c'])
    expect(Object.keys(verdicts(result))).toEqual(['tiny.a', 'tiny.b', 'tiny.c'])
  })

  test('of a later phase begin while the last one of a phase goes on, and are reported after it', async () => {
    let laterBegan = () => {}
    const later = new Promise<void>((resolve) => {
      laterBegan = resolve
    })
    const waits = check('tiny.a', async () => {
      await later
      return green
    })
    const begins = check('tiny.b', async () => {
      laterBegan()
      return green
    })
    const told: string[] = []
    await tiny.run([], {
      phases: [suiteOf([waits]), { ...suiteOf([begins]), number: 2 }],
      onResult: (_phase, { id }) => void told.push(id),
      onPhase: ({ number }, { ms }) => void told.push(`${number} ${ms > 0}`),
    })
    expect(told).toEqual(['tiny.a', '1 true', 'tiny.b', '2 true'])
  })

  test('each have a database of their own', async () => {
    const make = check('tiny.a', async ({ database }) => {
      await database.sql('create table only_here (id int)')
      return green
    })
    const look = check('tiny.b', async ({ database }) => {
      const found = await database.sql(`select to_regclass('only_here') as there`)
      return found[0]!.there === null ? green : red
    })
    expect((await tiny.run([make, look], { workers: 1 })).go).toBe(true)
  })

  test('end when the run is ended, and nothing more is begun', async () => {
    const stop = new AbortController()
    let begun = 0
    const long = (id: 'tiny.a') =>
      check(id, async () => {
        begun++
        stop.abort(new Error('enough'))
        await sleep(60_000, undefined, { ref: false })
        return green
      })
    const checks = ['tiny.a', 'tiny.b', 'tiny.c'].map((id) => long(id as 'tiny.a'))
    await expect(tiny.run(checks, { signal: stop.signal, workers: 1 })).rejects.toThrow('enough')
    expect(begun).toBe(1)
  })

  test('leave nothing on the signal that ends the run, also when memory is collected meanwhile', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const { signal } = new AbortController()
    const collecting = ['tiny.a', 'tiny.b'].map((id) =>
      check(id as 'tiny.a', async () => {
        await sleep(50) // until the other one has begun too
        collect()
        return green
      }),
    )
    await tiny.run(collecting, { signal, workers: 2 })
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('a secret in an answer', () => {
  const asks = (id: Check['id'], more: (gate: Gate) => Evidence[] = () => []) =>
    check(id, async (gate) => {
      await (await gate.app()).ask('GET', '/state')
      return { ...green, problems: more(gate) }
    })
  const inPhase2 = (checks: Check[]) => ({ phases: [{ ...suiteOf(checks), number: 2 as const }] })
  const SHOWS = `const { createServer } = await import('node:http')
    createServer((req, res) => res.end(req.url === '/state' ? process.env.JWT_SECRET : 'ok'))
      .listen(process.env.PORT, process.env.HOST)`
  const shown = 'the answer to GET /state holds the value of JWT_SECRET'

  test('is said once, whichever checks met it, and is NO-GO', async () => {
    tiny.serve(SHOWS)
    const result = await tiny.run([], inPhase2([asks('tiny.a'), asks('tiny.b')]))
    expect([result.go, verdicts(result)]).toEqual([
      false,
      { 'tiny.a': 'pass', 'tiny.b': 'pass', 'gate.secrets': 'fail' },
    ])
    expect(result.checks.at(-1)!.evidence.map(({ what }) => what)).toEqual([shown])
  })

  test('is said by the check alone that is about it', async () => {
    const about = asks('tiny.b', ({ leaked }) => [...leaked])
    const result = await tiny.run([], inPhase2([asks('tiny.a'), about]))
    expect([result.go, verdicts(result)]).toEqual([false, { 'tiny.a': 'pass', 'tiny.b': 'fail' }])
  })

  test('can be waived by its name', async () => {
    const waivers = [
      { check: 'gate.secrets', parts: ['JWT_SECRET'], until: '2999-12-31', reason: 'it is shown on purpose' },
    ]
    const result = await tiny.run([], inPhase2([asks('tiny.a')]), { waivers })
    tiny.serve()
    expect([result.go, verdicts(result)]).toEqual([true, { 'tiny.a': 'pass', 'gate.secrets': 'waived' }])
  })
})

describe('an app that does not come up', () => {
  const start = check('tiny.a', async (gate) => {
    await gate.app()
    return green
  })

  test('makes the check unknown, with the last lines it printed and without its secrets', async () => {
    tiny.serve(`console.log('first line')
      console.error('cannot open postgres://app:geheim99@127.0.0.1/app, password=streng77')
      console.error('started with', process.env.JWT_SECRET, 'and', new URL(process.env.DATABASE_URL).password)
      process.exit(3)`)
    const result = await tiny.run([start])
    tiny.serve()
    const { evidence } = result.checks[0]!
    expect([result.go, verdicts(result)]).toEqual([false, { 'gate.starts': 'fail', 'tiny.a': 'unknown' }])
    expect(evidence[0]!.what).toMatch(
      /the app ended \(exit code 3\) before it served\nfirst line\ncannot open postgres:/,
    )
    expect(evidence[0]!.what).not.toMatch(/geheim99|streng77/)
    expect(evidence[0]!.what).toContain('started with [redacted] and [redacted]')
  })

  test('is green as soon as it does', async () => {
    expect((await tiny.run([start])).go).toBe(true)
  })
})

describe('a proof', () => {
  const greets = (mutant: Mutant) =>
    check(
      'tiny.greets',
      async (gate) => {
        const { body } = await (await gate.app()).ask('GET', '/')
        return body === 'hello' ? green : { ...green, problems: [{ what: `it said ${body}` }] }
      },
      { mutants: [mutant] },
    )
  const edit = (find: string, replace: string) => ({
    name: `${find} becomes ${replace}`,
    names: 'it said',
    by: { edit: [{ file: 'server.mjs', find, replace }] },
  })

  test('is GO when every mutant turned its check red', async () => {
    const result = await tiny.run([greets(edit(`'hello'`, `'go away'`))], { prove: true })
    expect(result.go).toBe(true)
    expect(result.proofs).toMatchObject([{ check: 'tiny.greets', red: true, result: { verdict: 'fail' } }])
    expect(result.proofs[0]!.result.evidence).toEqual([{ what: 'it said go away' }])
  })

  test('is NO-GO when a mutant survived, though all checks are green', async () => {
    const result = await tiny.run([greets(edit('greeting', 'greetings'))], { prove: true })
    expect([result.go, verdicts(result)]).toEqual([false, { 'tiny.greets': 'pass' }])
    expect(result.proofs).toMatchObject([{ red: false, result: { verdict: 'pass' } }])
  })

  test('is NO-GO when nothing has called what a mutant replaces: it was not covered', async () => {
    const { name, names } = edit(`'hello'`, `'go away'`)
    const result = await tiny.run([greets({ name, names, by: { replace: [migrated.any] } })], { prove: true })
    expect(result.go).toBe(false)
    expect(result.proofs).toMatchObject([
      {
        red: false,
        state: 'no coverage',
        why: expect.stringMatching(
          /^the app called no assertTables of src\/phases\/3-schema\/migrated; let /,
        ),
        result: { verdict: 'pass' },
      },
    ])
  })

  test('is GO when one part of a mutant has made the check red, though nothing has called another part', async () => {
    const { name, names, by } = edit(`'hello'`, `'go away'`)
    const mutant = { name, names, by: { ...by, replace: [migrated.any] } }
    const result = await tiny.run([greets(mutant)], { prove: true })
    expect(result.go).toBe(true)
    expect(result.proofs).toMatchObject([{ red: true, state: 'killed' }])
  })

  test('is NO-GO when a mutant no longer fits the code, and says which text is gone', async () => {
    const result = await tiny.run([greets(edit('no such text', ''))], { prove: true })
    expect(result.go).toBe(false)
    expect(result.proofs).toMatchObject([{ red: false, result: { verdict: 'unknown' } }])
    expect(result.proofs[0]!.result.evidence[0]!.what).toMatch(
      /the mutant does not fit: server\.mjs has no "no such text"/,
    )
  })

  test('is NO-GO when the check is red for another reason than the mutant', async () => {
    const other = { ...edit(`'hello'`, `'go away'`), names: /it said nothing/ }
    const result = await tiny.run([greets(other)], { prove: true })
    expect([result.go, verdicts(result)]).toEqual([false, { 'tiny.greets': 'pass' }])
    expect(result.proofs).toMatchObject([
      {
        red: false,
        why: 'it is red for another reason: no evidence names /it said nothing/',
        result: { verdict: 'fail' },
      },
    ])
  })

  describe('of a check that takes a start which failed for a problem', () => {
    const starts = (mutant: Mutant) =>
      check(
        'tiny.starts',
        async (gate) => {
          const target = await gate.app().catch((error: Error) => error)
          return target instanceof Error
            ? { ...green, problems: [{ what: `PORT: no start`, got: target.message }] }
            : green
        },
        { mutants: [mutant] },
      )
    const refusing = { ...edit(`'hello'`, `process.exit(3, 'PORT')`), names: 'PORT' }

    test.each([
      [
        'a mutant that no longer fits',
        { ...edit('no such text', ''), names: 'PORT' },
        'it is red, but the mutant does not fit: server.mjs has no "no such text"',
      ],
      ['a mutant that does not start', refusing, 'it is red only because the app did not start'],
    ])('is NO-GO with %s, whatever the evidence names', async (_what, mutant, why) => {
      const result = await tiny.run([starts(mutant)], { prove: true })
      expect(result.go).toBe(false)
      expect(result.proofs).toMatchObject([{ red: false, why }])
    })

    test('is GO where the mutant says that the refusal is the fact', async () => {
      const result = await tiny.run([starts({ ...refusing, refuses: true })], { prove: true })
      expect([result.go, result.proofs[0]!.red]).toEqual([true, true])
    })
  })

  test('does not try what is waived, says so, and proves the rest', async () => {
    const waivers = [{ check: 'tiny.a', until: '2999-12-31', reason: 'mended with the next release' }]
    const checks = [check('tiny.a', async () => red), greets(edit(`'hello'`, `'go away'`))]
    const result = await tiny.run(checks, { prove: true }, { waivers })
    expect(result.go).toBe(true)
    expect(result.proofs.map(({ check, red }) => [check, red])).toEqual([['tiny.greets', true]])
    expect(result.checks[0]!.notes.at(-1)).toMatch(/its mutants were not tried/)
  })

  test('proves nothing by a check that is red anyway', async () => {
    const result = await tiny.run([check('tiny.a', async () => red)], { prove: true })
    expect(result.proofs).toMatchObject([{ red: false }])
  })
})
