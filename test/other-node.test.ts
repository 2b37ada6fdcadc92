import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'

interface OtherNode {
  nodeOf(major: string): string
  withNode(node: string, env?: Record<string, string>): Record<string, string>
}

const SCRIPT = new URL('../scripts/prepare/other-node.mjs', import.meta.url).href
const { nodeOf, withNode } = (await import(SCRIPT)) as OtherNode
const ROOT = new URL('../', import.meta.url)
const { BY_NODE } = (await import(new URL('scripts/test/by-node.mjs', ROOT).href)) as {
  BY_NODE: Record<string, { file: string; why: string }[]>
}
const [here] = process.versions.node.split('.') as [string]

test('of this Node’s own major it takes this Node, and its environment stays', () => {
  expect(nodeOf(here)).toBe(process.execPath)
  expect(withNode(process.execPath, { PATH: '/bin' })).toEqual({ PATH: '/bin' })
})

test('refuses an invalid major', () => {
  for (const given of ['', '2', '24.1', 'latest'])
    expect(() => nodeOf(given)).toThrow(/^--node .*: give the major/)
})

test('another Node is first in PATH', () => {
  expect(withNode('/other/bin/node', { PATH: '/bin' })).toEqual({ PATH: '/other/bin:/bin' })
})

test('what is started as `node` is the Node of these tests, the one that was wanted', () => {
  expect(execFileSync('node', ['--version'], { encoding: 'utf8' }).trim()).toBe(process.version)
  expect(process.env.TEST_NODE ?? here).toBe(here)
})

test('a Node that cannot be had is said in one line that names the package and why', () => {
  const asked = `import { nodeOf } from ${JSON.stringify(SCRIPT)}
    try { nodeOf('99') } catch (error) { console.log(error.name, error.message) }`
  const env = { ...process.env, npm_config_registry: 'http://127.0.0.1:9', npm_config_fetch_retries: '0' }
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', asked], {
    env,
    encoding: 'utf8',
  })
  expect(stdout.trimEnd()).toMatch(
    /^Error node-\S+@99 cannot be had: npm pack failed: .*ECONNREFUSED.*: npm ping$/,
  )
})

test('each file that runs on another Node is there, with why', () => {
  const chosen = Object.values(BY_NODE).flat()
  expect(chosen.filter(({ file }) => !existsSync(new URL(file, ROOT)))).toEqual([])
  expect(chosen.filter(({ why }) => !why)).toEqual([])
})
