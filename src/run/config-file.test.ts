import { expect, test } from 'vitest'
import { configFile } from './config-file.js'

test('without a configuration the error names the command that writes one', () => {
  expect(() => configFile(import.meta.dirname)).toThrow(
    /has none of usertwo\.config\.js, .*npx usertwo init writes one/,
  )
})
