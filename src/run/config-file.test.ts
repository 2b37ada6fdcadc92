import { expect, test } from 'vitest'
import { configFile } from './config-file.js'

test('where there is no configuration, it says what writes one', () => {
  expect(() => configFile(import.meta.dirname)).toThrow(
    /has none of usertwo\.config\.js, .*npx usertwo init writes one/,
  )
})
