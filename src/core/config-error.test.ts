import { expect, test, vi } from 'vitest'
import { ConfigError } from './config-error.js'

test('an error of another copy of the module is one, and of a subclass only its own are', async () => {
  vi.resetModules()
  const other = await import('./config-error.js')
  expect(other.ConfigError).not.toBe(ConfigError)
  expect(new other.ConfigError('usertwo.config', ['no owner'])).toBeInstanceOf(ConfigError)
  expect(new Error('no owner')).not.toBeInstanceOf(ConfigError)

  class Narrower extends ConfigError {}
  expect(new Narrower('usertwo.config', [])).toBeInstanceOf(ConfigError)
  expect(new Narrower('usertwo.config', [])).toBeInstanceOf(Narrower)
  expect(new ConfigError('usertwo.config', [])).not.toBeInstanceOf(Narrower)
})
