import { describe, expect, test } from 'vitest'

interface Result {
  name: string
  to: string
  cpu: Record<string, number>
  spread: Record<string, number>
  us: Record<string, { clock: number; cpu: number }>
  ms: Record<string, Latency>
}
interface Latency {
  p50: number
  p99: number
}
interface Measured {
  us: number
  ratio: number
  spread: number
}
interface Tables {
  resultOf(
    variant: { name: string; to: string },
    parts: Record<string, { wall: Measured; cpu: Measured; latency: Latency }>,
  ): Result
  table(variants: Result[]): string
  latencies(variants: Result[]): string
  chart(variants: Result[]): string
}
interface Variants {
  chosen(
    only: string[],
    parts: string[],
    beside?: string,
  ): { parts: string[]; variants: { name: string; root?: string }[] }
  VARIANTS: { name: string }[]
}

const of = (file: string) => import(new URL(`../bench/peers/${file}`, import.meta.url).href)
const { resultOf, table, latencies, chart } = (await of('table.mjs')) as Tables
const { chosen, VARIANTS } = (await of('variants.mjs')) as Variants

const PARTS = ['noDatabase', 'list', 'write']
const names = (only: string[]) => chosen(only, PARTS).variants.map(({ name }) => name)

describe('--only', () => {
  test('without it every part of every variant is measured', () => {
    expect(chosen([], PARTS)).toEqual({ parts: PARTS, variants: VARIANTS })
    expect(new Set(names([])).size).toBe(VARIANTS.length)
  })

  test('a part leaves all variants, a piece of a name all parts', () => {
    expect(chosen(['list'], PARTS)).toEqual({ parts: ['list'], variants: VARIANTS })
    expect(chosen(['express-'], PARTS).parts).toEqual(PARTS)
  })

  test('the bare app of the same driver comes along, and no other', () => {
    expect(names(['guard by hand, pg'])).toEqual(['bare, pg', 'guard by hand, pg'])
    expect(names(['usertwo 2, bearer, knex'])).toEqual(['bare, knex', 'usertwo 2, bearer, knex'])
  })

  test('another build is measured next to each variant of usertwo, and the others once', () => {
    const { variants } = chosen(['guard by hand, pg', 'usertwo 2, bearer, pg'], PARTS, '/elsewhere')
    const [here, there] = variants.slice(2)
    expect(variants.map(({ name }) => name)).toEqual([
      'bare, pg',
      'guard by hand, pg',
      'usertwo 2, bearer, pg',
      'usertwo 2, bearer, pg, there',
    ])
    expect([there?.root, here?.root === there?.root]).toEqual(['/elsewhere', false])
  })

  test('what names nothing is refused, with what there is', () => {
    expect(() => chosen(['usertwo 9'], PARTS)).toThrow(
      /--only usertwo 9: .*noDatabase.*usertwo 8, bearer, pg/,
    )
  })
})

describe('what was measured', () => {
  const measured = (ratio: number) => ({
    wall: { us: 400, ratio, spread: 0.03 },
    cpu: { us: 311, ratio: ratio / 2, spread: 0.5 },
    latency: { p50: 1.25, p99: 13 },
  })
  const parts = (ratio: number) => ({ noDatabase: measured(ratio), list: measured(ratio) })
  const variants = [
    resultOf({ name: 'bare, pg', to: 'bare, pg' }, parts(1)),
    resultOf({ name: 'usertwo 8, bearer, pg', to: 'bare, pg' }, parts(0.5)),
  ]

  test('a result says throughput by part, by the clock and by processor time, and its spread by the clock', () => {
    expect(variants[1]).toEqual({
      name: 'usertwo 8, bearer, pg',
      to: 'bare, pg',
      noDatabase: 0.5,
      list: 0.5,
      cpu: { noDatabase: 0.25, list: 0.25 },
      spread: { noDatabase: 0.03, list: 0.03 },
      us: { noDatabase: { clock: 400, cpu: 311 }, list: { clock: 400, cpu: 311 } },
      ms: { noDatabase: { p50: 1.25, p99: 13 }, list: { p50: 1.25, p99: 13 } },
    })
  })

  test('the table has a line for each variant and the parts that were measured alone', () => {
    const lines = table(variants).split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[0]).toMatch(/^ +no database +list of 20$/)
    expect(lines[3]).toMatch(/^usertwo 8, bearer, pg {2}0\.50 ± 0\.03 {2}0\.25 {3}311 µs/)
  })

  test('the latencies of each variant follow, by part', () => {
    const lines = latencies(variants).split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[3]).toBe('usertwo 8, bearer, pg     1.3    13.0      1.3    13.0')
  })

  test('the chart has a bar for each figure, as long as its throughput', () => {
    const bars = [...chart(variants).matchAll(/<rect x="230" y="\d+" width="([\d.]+)"/g)].map(([, long]) =>
      Number(long),
    )
    expect(bars.slice(-4)).toEqual([420, 420, 210, 210])
  })
  test('the chart has room for what is faster than the bare app', () => {
    const fast = resultOf({ name: 'usertwo 2, bearer, pg', to: 'bare, pg' }, parts(1.41))
    const drawn = chart([...variants, fast])
    const [, width] = drawn.match(/viewBox="0 0 ([\d.]+)/) ?? []
    expect(drawn).toContain(`width="${(1.41 * 420).toFixed(1)}"`)
    expect(Number(width)).toBeGreaterThan(230 + 1.41 * 420)
  })
})
