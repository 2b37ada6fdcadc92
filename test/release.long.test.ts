// What a release consists of, and the workflows that test and publish it.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { workflowErrors } from './support/workflow-errors.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const manifest = JSON.parse(read('package.json')) as {
  version: string
  scripts: Record<string, string>
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
}

const place = mkdtempSync(join(tmpdir(), 'usertwo-release-test-'))
afterAll(() => rmSync(place, { recursive: true }))
const release = (...args: string[]) =>
  spawnSync(process.execPath, [join(ROOT, 'scripts', 'release.mjs'), ...args], { encoding: 'utf8' })

interface Bill {
  bomFormat: string
  metadata: { component: { name: string; version: string } }
  components: { group?: string; name: string; version: string; hashes: unknown[]; licenses: unknown[] }[]
}

describe('npm run release', () => {
  const folder = join(place, 'release')
  let bill: Bill
  beforeAll(() => {
    const { status, stderr } = release(`v${manifest.version}`, folder)
    expect(stderr).toContain(`usertwo ${manifest.version}, with `)
    expect(status).toBe(0)
    bill = JSON.parse(readFileSync(join(folder, 'sbom.cdx.json'), 'utf8'))
  }, 300_000)

  test('writes the package, its bill of materials, the licences and the notes', () => {
    expect(readdirSync(folder).sort()).toEqual([
      'licences.md',
      'notes.md',
      'sbom.cdx.json',
      `usertwo-${manifest.version}.tgz`,
    ])
    expect(read('CHANGELOG.md')).toContain(readFileSync(join(folder, 'notes.md'), 'utf8').trim())
  })

  test('the bill names each package that an install brings, with hash and licence, and no tool of development', () => {
    expect(bill).toMatchObject({
      bomFormat: 'CycloneDX',
      metadata: { component: { name: 'usertwo', version: manifest.version } },
    })
    const names = bill.components.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining([...Object.keys(manifest.dependencies), 'pg']))
    expect(names).not.toContain('vitest')
    for (const { name, hashes, licenses } of bill.components)
      expect([name, hashes.length, licenses.length]).toEqual([name, 1, 1])
    expect(JSON.stringify(bill)).not.toContain(tmpdir())
  })

  test('the licences list has a line for each package', () => {
    const lines = readFileSync(join(folder, 'licences.md'), 'utf8').trim().split('\n').slice(2)
    expect(lines).toHaveLength(bill.components.length)
    for (const line of lines) expect(line).toMatch(/^\| \S+ \| \d+\.\d+\.\S+ \| [^|]+ \|$/)
  })

  test('writes nothing for another tag, or into a folder that is not empty', () => {
    const other = release('v0.0.9', join(place, 'other'))
    expect([other.status, other.stderr]).toEqual([
      1,
      `The tag must be v${manifest.version}, the version of package.json, not v0.0.9.\n`,
    ])
    const twice = release(`v${manifest.version}`, folder)
    expect([twice.status, twice.stderr]).toEqual([1, `${folder} is not empty.\n`])
    expect(readdirSync(place)).toEqual(['release'])
  })
})

describe('a release is refused', async () => {
  const script = (name: string) => import(new URL(`../scripts/release/${name}.mjs`, import.meta.url).href)
  const { licencesOf } = (await script('licences')) as { licencesOf(bill: unknown): string }
  const { notesOf } = (await script('notes')) as { notesOf(changelog: string, version: string): string }

  test.each([
    ['GPL-3.0-only', [{ license: { id: 'GPL-3.0-only' } }]],
    ['no licence', []],
    ['one of two', [{ expression: '(MIT AND GPL-3.0-only)' }]],
  ])('with a dependency under %s', (_, licenses) => {
    const components = [
      { name: 'good', version: '1.0.0', licenses: [{ expression: '(GPL-3.0-only OR MIT)' }] },
    ]
    expect(licencesOf({ components })).toContain('| good | 1.0.0 |')
    const bad = { group: '@some', name: 'other', version: '2.0.0', licenses }
    expect(() => licencesOf({ components: [...components, bad] })).toThrow(
      /^Not permissive.*: @some\/other 2\.0\.0/,
    )
  })

  test('without a section in the changelog', () => {
    const changelog = '# Changelog\n\n## Unreleased\n\n- new\n\n## 1.2.0 - 2026-01-02\n\n- old\n\n## 1.1.0\n'
    expect(notesOf(changelog, '1.2.0')).toBe('- old')
    expect(() => notesOf(changelog, '1.1.0')).toThrow('CHANGELOG.md has no section for 1.1.0')
    expect(() => notesOf(changelog, '1.3.0')).toThrow('CHANGELOG.md has no section for 1.3.0')
  })
})

interface Job {
  needs?: string
  permissions?: Record<string, string>
  steps: { run?: string; uses?: string }[]
}

describe('the workflows of this repository', () => {
  const files = readdirSync(join(ROOT, '.github', 'workflows'))
  const jobsOf = (file: string) =>
    (parseYaml(read(join('.github', 'workflows', file))) as { jobs: Record<string, Job> }).jobs

  test('fit the schema', async () => {
    const errorsOf = await workflowErrors()
    for (const file of files)
      expect([file, await errorsOf(read(join('.github', 'workflows', file)))]).toEqual([file, []])
  }, 120_000)

  test.each(files)('%s runs npm scripts that exist', (file) => {
    const text = read(join('.github', 'workflows', file))
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name!)
    expect(named.length).toBeGreaterThan(0)
    for (const name of named) expect(Object.keys(manifest.scripts)).toContain(name)
  })

  test('only the job that publishes may write, and it needs the tests', () => {
    const { tests, publish, ...others } = jobsOf('release.yml')
    expect(others).toEqual({})
    expect(tests!.steps.map(({ run }) => run)).toContain('bash .ci/run')
    expect([tests!.permissions, publish!.needs]).toEqual([undefined, 'tests'])
    expect(publish!.permissions).toEqual({ contents: 'write', 'id-token': 'write', attestations: 'write' })
    const published = publish!.steps.find(({ run }) => run?.startsWith('npm publish'))!.run
    expect(published).toContain('--provenance')
  })

  test('each push runs the gates of both examples, and each night with planted faults', () => {
    const runs = Object.values(jobsOf('ci.yml')).flatMap(({ steps }) => steps.map(({ run }) => run ?? ''))
    const gates = runs.filter((run) => run.startsWith('npm run gates'))
    expect(gates).toEqual([
      expect.stringMatching(/matrix\.example .* github\.event_name == 'schedule' && '--prove'/),
    ])
    expect(read('.github/workflows/ci.yml')).toContain('example: [comic-pile, journal]')
  })
})
