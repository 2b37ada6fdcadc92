// Twenty apps that are only read, each with what a person found in it first, in the file of its name.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { routeReach } from '../../cli/scan/output/report.js'
import { type Scanned, scan } from '../../cli/scan/scan.js'

interface ByEye {
  about: string
  /** how many routes there are */
  all: number
  /** routes that read, change or delete rows of another user */
  routes: string[]
  /** tables whose rows they reach */
  tables: string[]
  /** routes that nothing in the source explains */
  open?: string[]
}

const APPS = fileURLToPath(new URL('apps/', import.meta.url))
const names = readdirSync(APPS).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : []))
const byEye = (name: string): ByEye => JSON.parse(readFileSync(`${APPS}${name}.json`, 'utf8'))

const apps = await Promise.all(
  names.map(async (name) => {
    const eye = byEye(name)
    const checked = await scan(`${APPS}${name}`)
    return { name, eye, ...found(checked) }
  }),
)

/** What the command says of an app, in the words of the list by eye. */
function found(checked: Scanned) {
  const { routes, tables, open } = routeReach(checked)
  const all = checked.routes.map(({ method, path }) => `${method} ${path}`)
  const reasons = checked.routes.flatMap(({ method, path, open: why }) =>
    why.map((one) => `${method} ${path}: ${one.at} ${one.why}`),
  )
  return {
    all,
    found: [...routes, ...tables],
    open,
    reasons,
    clear: open.length === 0 && routes.length + tables.length === 0,
  }
}

const wanted = ({ routes, tables }: ByEye) => [...routes, ...tables]
const total = (count: (app: (typeof apps)[number]) => number) =>
  apps.reduce((sum, app) => sum + count(app), 0)

describe.each(apps)('$name', ({ eye, all, found: said, open, reasons }) => {
  test('every route is seen, under its whole path', () => {
    expect(all.toSorted()).toHaveLength(eye.all)
  })

  test('leads where a person saw it lead', () => {
    expect(said.toSorted()).toEqual(wanted(eye).toSorted())
  })

  test('leaves open what nothing explains, and no more', () => {
    expect(open, reasons.join('\n')).toEqual(eye.open ?? [])
  })
})

test('finds 95 in 100 of what was written down, and says how much of its own is wrong', () => {
  const right = total(({ eye, found: said }) => wanted(eye).filter((one) => said.includes(one)).length)
  const all = total(({ eye }) => wanted(eye).length)
  const claimed = total(({ found: said }) => said.length)
  console.log(`recall ${right} of ${all}, precision ${right} of ${claimed}, ${apps.length} apps`)
  expect(apps.length).toBeGreaterThanOrEqual(20)
  expect(all).toBeGreaterThan(80)
  expect(right / all).toBeGreaterThanOrEqual(0.95)
})

test('calls no app clear that is not, and those that are', () => {
  const clear = apps.filter((app) => app.clear).map(({ name }) => name)
  expect(clear).toEqual(names.filter((name) => wanted(byEye(name)).length === 0 && !byEye(name).open))
})
