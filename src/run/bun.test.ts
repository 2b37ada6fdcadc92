import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { build } from '../../test/support/built.js'

const PRELOAD = fileURLToPath(new URL('../../dist/src/run/bun.js', import.meta.url))

/** Bun loads it as Node loads this, before any of the app's code. */
const loadedAt = (env: NodeJS.ProcessEnv) =>
  spawnSync(process.execPath, ['--import', PRELOAD, '-e', "console.log('served')"], { env, encoding: 'utf8' })

beforeAll(build)

test('Bun ends with one line on stderr before the app, unless the dial is said to be 0', () => {
  for (const env of [{}, { USERTWO_PHASE: '8' }, { APP_USERTWO_PHASE: '2' }]) {
    const { status, stdout, stderr } = loadedAt(env)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(
      /^usertwo run: Bun .* cannot be put under the layers, .*: start the app with node\n$/,
    )
  }
  expect(loadedAt({ USERTWO_PHASE: '0' }).stdout).toBe('served\n')
})
