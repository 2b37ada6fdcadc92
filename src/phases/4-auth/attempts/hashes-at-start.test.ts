import { expect, test } from 'vitest'
import { parseSettings } from '../../../config/settings.js'
import { ConfigError } from '../../../core/config-error.js'
import type { Kit } from '../../../core/kit.js'
import { hashesAtStart } from './hashes-at-start.js'
import { loginParts } from './login-parts.js'

const kitOf = (env: Record<string, string>) => {
  const settings = parseSettings({
    ENVIRONMENT: 'test',
    JWT_SECRET: 'k3Vw9qTz7LmX2bRf8HsYc4NdJp6GuEa1',
    ...env,
  })
  const kit = { settings, clock: { now: () => new Date() }, onDispose: () => {} } as unknown as Kit
  const tried: string[] = []
  loginParts(kit).passwords.hash = async (password) => {
    tried.push(password)
    throw new Error('the package is not installed; run: npm install it')
  }
  return { kit, tried }
}

test('a start that asks for Argon2id tries it, and says what is missing', async () => {
  const { kit } = kitOf({ PASSWORD_HASH: 'argon2id' })
  await expect(hashesAtStart(kit)).rejects.toThrow(ConfigError)
  await expect(hashesAtStart(kit)).rejects.toThrow(/PASSWORD_HASH=argon2id: .*npm install/)
})

test('any other start hashes nothing', async () => {
  const { kit, tried } = kitOf({})
  await hashesAtStart(kit)
  expect(tried).toEqual([])
})
