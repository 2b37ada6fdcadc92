import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { build, built } from './support/built.js'
import { freshDatabase } from './support/postgres.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const EXAMPLE = 'examples/comic-pile/usertwo/two-users.test.js'

// The suites of the example become suites of this file: they run here as they do in an adopter's tests.
await build()
await import(join(ROOT, EXAMPLE))
const { gate, twoUsers } = await built<typeof import('../proof/testing/index.js')>('proof/testing/index.js')

test('docs/how-to/test-as-two-users.md shows the example that runs here', () => {
  expect(readFileSync(join(ROOT, 'docs/how-to/test-as-two-users.md'), 'utf8')).toContain(
    `\`\`\`js\n${readFileSync(join(ROOT, EXAMPLE), 'utf8')}\`\`\``,
  )
})

describe('unknown names are refused when the file is read', () => {
  test.each([
    [() => gate({ through: 9 }), 'through 9; a phase, 1 to 8'],
    [
      () => gate({ only: ['isolation.nothing'] }),
      'no check isolation.nothing up to phase 8; there are: inventory.',
    ],
    [() => gate({ through: 5, only: ['isolation.schema'] }), 'no check isolation.schema up to phase 5'],
  ])('%s', (call, message) => {
    expect(call).toThrow(message)
  })

  test('two people below phase 6', async () => {
    await expect(twoUsers({ phase: 5 })).rejects.toThrow('two users need 6 to 8')
  })
})

test('an app that uses another database than the given one is reported, with the place and the variable', async () => {
  const { url } = await freshDatabase()
  const config = mkdtempSync(join(ROOT, 'test/honest/.astray-'))
  try {
    cpSync(join(ROOT, 'test/honest/shopping'), config, { recursive: true })
    const file = join(config, 'app.js')
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace('process.env.DATABASE_URL', 'process.env.ITEMS_URL'),
    )
    const { owner, ask, stop } = await twoUsers({ config, env: { ITEMS_URL: url } })
    const said = `another database than the gate’s; nothing was sent to it[^]*${new URL(url).host}[^]*ITEMS_URL`
    await expect(ask('GET', '/items', { as: owner }).finally(stop)).rejects.toThrow(new RegExp(said))
  } finally {
    rmSync(config, { recursive: true, force: true })
  }
})

test('a red check is a red test with its evidence, and so is one that cannot be turned red or found nothing out', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-testing-'))
  try {
    writeFileSync(
      join(folder, 'usertwo.config.mjs'),
      `export default { app: { start: ['node', 'server.js'] }, owner: { id: 1 }, users: { table: 'users' } }`,
    )
    writeFileSync(
      join(folder, 'server.js'),
      `require('node:http').createServer((req, res) => res.end('ok')).listen(process.env.PORT, process.env.HOST)`,
    )
    writeFileSync(join(folder, 'vitest.config.mjs'), `export default { test: { include: ['*.test.mjs'] } }`)
    writeFileSync(
      join(folder, 'own.test.mjs'),
      `import { gate } from ${JSON.stringify(join(ROOT, 'dist/proof/testing/index.js'))}
      const rule = (id, finding, mutants) => ({ id, title: id, proves: ['T1'], fix: 'mend it', mutants, run: async () => finding })
      const nothing = { name: 'a harmless change', names: 'anything', by: {} }
      const green = { exercised: 1, unit: 'things', problems: [] }
      gate({ config: ${JSON.stringify(folder)}, through: 1, only: [], prove: true, rules: [
        rule('own.red', { ...green, problems: [{ what: 'a leak', route: 'GET /x', curl: 'curl -i /x' }] }, [nothing]),
        rule('own.idle', { ...green, exercised: 0 }, [nothing]),
        rule('own.blind', green, [nothing]),
        rule('own.unproved', green, []),
      ] })`,
    )
    const { code, output } = await vitest(folder)
    expect(code).toBe(1)
    for (const said of [
      /own\.red[\s\S]*a leak \[GET \/x\][\s\S]*curl -i \/x[\s\S]*fix: mend it/,
      /own\.idle[\s\S]*nothing was exercised/,
      /SURVIVED: own\.blind with a harmless change/,
      /it has no mutant that could turn it red/,
      /4 failed/,
    ])
      expect(output).toMatch(said)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

function vitest(root: string): Promise<{ code: number | null; output: string }> {
  const program = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs')
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [program, 'run', '--root', root],
      { cwd: root, env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', VITEST: undefined } },
      (_error, stdout, stderr) => done({ code: child.exitCode, output: stdout + stderr }),
    )
  })
}
