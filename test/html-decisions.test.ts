import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type ConfigInput, parseConfig } from '../src/config/config.js'
import { retiredAs, retiredRoutes } from '../src/phases/7-legacy/answers.js'

// In JavaScript without types: named by its address.
const file = new URL('../examples/comic-pile/usertwo.config.js', import.meta.url).href
const { default: config } = (await import(file)) as { default: ConfigInput }

interface Recorded {
  log: {
    entries: {
      request: { method: string; url: string }
      response: { status: number; content: { mimeType: string } }
    }[]
  }
}
const har = JSON.parse(
  readFileSync(new URL('../examples/comic-pile/usertwo/baseline.har', import.meta.url), 'utf8'),
) as Recorded
/** By type alone: what they send is a word or nothing, in which a gate finds no page. */
const html = new Set(
  har.log.entries.flatMap(({ request: { method, url }, response: { status, content } }) => {
    const { pathname } = new URL(url, 'http://app.test')
    const isHtml = status < 400 && content.mimeType.startsWith('text/html')
    return isHtml && pathname.startsWith('/api/') ? `${method} ${pathname}` : []
  }),
)
const undecided = (given: ConfigInput) => {
  const retired = retiredRoutes(parseConfig(given))
  return [...html].filter((name) => {
    const [method, path] = name.split(' ') as [string, string]
    return retiredAs(retired, { method, path }) === undefined
  })
}

test('every route of comic-pile under /api that answers HTML has a decision, and each that has none is named', () => {
  expect(undecided(config)).toEqual([])
  expect(html.size).toBeGreaterThan(6)
  for (const name of html) {
    const { [name]: _gone, ...legacy } = config.routes!.legacy!
    expect(undecided({ ...config, routes: { ...config.routes, legacy } })).toEqual([name])
  }
})
