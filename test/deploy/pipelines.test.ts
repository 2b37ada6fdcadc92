// The pipelines that are written for an app, read by the schemas of those who run them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { pipelineFacts } from '../../cli/ci/facts.js'
import { pipeline, type SERVERS } from '../../cli/ci/pipelines.js'
import { phases } from '../../src/phases/index.js'
import { workflowErrors } from '../support/workflow-errors.js'

let folder: string
let errorsOf: (content: string) => Promise<string[]>
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-pipelines-'))
  writeFileSync(join(folder, 'package.json'), '{}')
  writeFileSync(join(folder, 'package-lock.json'), '{}')
  errorsOf = await workflowErrors()
})
afterAll(() => rmSync(folder, { recursive: true }))

const text = (server: (typeof SERVERS)[number], pages = true, env: Record<string, string> = {}) => {
  const config = { app: { start: ['node'], env }, spa: pages ? { index: '/' } : (false as const) }
  return pipeline(server, pipelineFacts(folder, config)).text
}

interface Job {
  name?: string
  needs?: string[]
  steps: { run?: string; uses?: string; if?: string; with?: Record<string, string> }[]
}
const jobsOf = (content: string) => (parseYaml(content) as { jobs: Record<string, Job> }).jobs

describe('the workflow of GitHub', () => {
  test.each([true, false])('fits the schema; pages: %s', async (pages) => {
    expect(await errorsOf(text('github', pages))).toEqual([])
  })

  test('the schema finds what is wrong', async () => {
    const broken = text('github').replace('needs: [phase-1]', 'needs: [phase-9]')
    expect((await errorsOf(broken)).join()).toMatch(/phase-9/)
    expect(await errorsOf(text('github').replace('runs-on:', 'runs-in:'))).not.toEqual([])
  })

  test('has a job for each phase, which needs what the phase needs', () => {
    const jobs = jobsOf(text('github'))
    for (const { number, name, needs } of phases) {
      const job = jobs[`phase-${number}`]!
      expect(job.name).toBe(`${number} ${name}`)
      expect(job.needs ?? []).toEqual(needs.map((need) => `phase-${need}`))
      expect(job.steps.map(({ run }) => run)).toContain(
        `npx usertwo gate ${number} --reporter table,github,junit,markdown,html --output usertwo-gate --part usertwo-gate/${number}`,
      )
      expect(job.steps.at(-1)).toMatchObject({ if: 'always()', uses: 'actions/upload-artifact@v4' })
    }
    expect(jobs.verdict!.needs).toEqual(['scan', ...phases.map(({ number }) => `phase-${number}`)])
    expect(jobs.scan!.steps.at(-1)).toMatchObject({
      uses: 'github/codeql-action/upload-sarif@v3',
      with: { sarif_file: 'usertwo.sarif' },
    })
  })

  test('installs a browser only for an app with pages, and only where a gate runs', () => {
    const installs = (pages: boolean) =>
      Object.entries(jobsOf(text('github', pages))).flatMap(([name, { steps }]) =>
        steps.some(({ run }) => run?.includes('playwright')) ? [name] : [],
      )
    expect(installs(true)).toEqual(phases.map(({ number }) => `phase-${number}`))
    expect(installs(false)).toEqual([])
  })
})

test('installs a redis-server only for an app that is given one, and only where a gate runs', () => {
  const env = { REDIS_URL: '$REDIS_URL' }
  const jobsWith = (content: string) =>
    Object.entries(jobsOf(content)).flatMap(([name, { steps }]) =>
      steps.some(({ run }) => run === 'sudo apt-get install --yes redis-server') ? [name] : [],
    )
  expect(jobsWith(text('github', true, env))).toEqual(phases.map(({ number }) => `phase-${number}`))
  expect(jobsWith(text('github'))).toEqual([])
  const { before_script } = (
    parseYaml(text('gitlab', true, env)) as { '.usertwo': { before_script: string[] } }
  )['.usertwo']
  expect(before_script.slice(-2)).toEqual(['apt-get update', 'apt-get install --yes redis-server'])
  expect(text('shell', true, env)).not.toContain('apt-get')
})

test('the order of phases: 5 and 6 after 4 and next to each other, 7 after 1 and 5, and nothing needs a later one', () => {
  const needs = Object.fromEntries(phases.map(({ number, needs: of }) => [number, of]))
  for (const number of [5, 6]) expect(needs[number]).toEqual([4])
  expect(needs[7]).toEqual([1, 5])
  for (const { number, needs: of } of phases) expect(of.every((need) => need < number)).toBe(true)
})

test('the pipeline of GitLab has the same jobs, JUnit and the results as artifacts', () => {
  const read = parseYaml(text('gitlab')) as Record<string, Job & { script: string[]; extends: string }>
  for (const { number, needs } of phases) {
    const job = read[`phase-${number}`]!
    expect(job).toMatchObject({ extends: '.usertwo', needs: needs.map((need) => `phase-${need}`) })
    expect(job.script).toEqual([
      `npx usertwo gate ${number} --reporter table,junit,markdown,html --output usertwo-gate --part usertwo-gate/${number}`,
    ])
  }
  expect(read['.usertwo']).toMatchObject({
    before_script: ['npm ci', 'npx playwright install --with-deps chromium'],
    artifacts: { when: 'always', reports: { junit: 'usertwo-gate/gate.xml' } },
  })
  expect(read['usertwo-scan']!.script).toEqual(['npx usertwo scan --sarif > usertwo.sarif'])
})
