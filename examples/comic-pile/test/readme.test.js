import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const root = new URL('../', import.meta.url)
const read = (file) => readFileSync(new URL(file, root), 'utf8')

// | H1 | what it is | `server/routes/roll.js:24` | `code` |
const ROW = /^\| ([HI]\d+) \|.*\| `([^`:]+):(\d+)` \| `([^`]+)` \|$/

const rows = read('README.md')
  .split('\n')
  .map((line) => ROW.exec(line))
  .filter(Boolean)
  .map(([, site, file, line, code]) => ({ site, file, line: Number(line), code }))

describe('the table of owner sites in the README', () => {
  test('names H1 to H11 and I1 to I24', () => {
    const sites = [
      ...Array.from({ length: 11 }, (_, n) => `H${n + 1}`),
      ...Array.from({ length: 24 }, (_, n) => `I${n + 1}`),
    ]
    expect([...new Set(rows.map(({ site }) => site))]).toEqual(sites)
  })

  test.each(rows)('$site: $file:$line has $code', ({ file, line, code }) => {
    expect(read(file).split('\n')[line - 1]).toContain(code)
  })
})
