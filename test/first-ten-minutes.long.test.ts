// The page that a newcomer follows, by doing what it says. To GO of all eight after `usertwo init --yes` alone.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { build } from './support/built.js'

interface Transcript {
  PAGE: string
  firstTenMinutes(): Promise<string>
  lasting(text: string): string
}

test('docs/start/first-ten-minutes.md says what really comes of what it has one type', async () => {
  await build()
  const script = new URL('init/first-ten-minutes.mjs', import.meta.url).href
  const { PAGE, firstTenMinutes, lasting } = (await import(script)) as Transcript
  const page = readFileSync(PAGE, 'utf8')
  expect(page.match(/^\d \w+ +GO/gm)).toHaveLength(8)
  expect(lasting(await firstTenMinutes())).toBe(lasting(page))
}, 900_000)
