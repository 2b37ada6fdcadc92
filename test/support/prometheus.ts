import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../proof/postgres/free-port.js'
import { killServer, startedServer } from './server-process.js'

/** The labels and the value of one series. */
export interface Sample {
  labels: Record<string, string>
  value: number
}

export interface Prometheus {
  /** Evaluates a query now. @throws Error with Prometheus' words for a query that it cannot parse or evaluate */
  query(expr: string): Promise<Sample[]>
  /** the alerts that it has loaded, and how their last evaluation ended: `unknown` before the first, `ok`, or `err` */
  alerts(): Promise<{ name: string; state: string; health: string; lastError?: string }[]>
  stop(): Promise<void>
}

/**
 * Whether tests that need Prometheus are skipped, with a message; in CI that is an error.
 *
 * @param subject the tests that are left out
 */
export function skipWithoutPrometheus(subject: string): boolean {
  if (spawnSync('prometheus', ['--version']).status === 0) return false
  if (process.env.CI) throw new Error('Prometheus is missing: apt-get install prometheus')
  console.warn(`NOT TESTED: ${subject}: Prometheus is not installed here.`)
  return true
}

/**
 * Starts a Prometheus of the test's own on a free loopback port, which scrapes a target each second.
 *
 * @param target host and port
 * @param rules a file of rules
 */
export async function startPrometheus(target: string, rules: string): Promise<Prometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-prometheus-'))
  const port = await freePort()
  const config = join(folder, 'prometheus.yml')
  const settings = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [rules],
    scrape_configs: [{ job_name: 'app', static_configs: [{ targets: [target] }] }],
  }
  writeFileSync(config, JSON.stringify(settings)) // each JSON is YAML too
  const removed = () => rmSync(folder, { recursive: true, force: true })
  const child = await startedServer(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=info',
    ],
    {
      name: 'Prometheus',
      output: 'stderr',
      isReady: (line) => line.includes('Server is ready to receive web requests'),
    },
  ).catch((error) => {
    removed()
    throw error
  })
  const stop = async () => {
    await killServer(child)
    removed()
  }
  const ask = async (path: string, given: Record<string, string> = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/${path}?${new URLSearchParams(given)}`)
    const answer = (await response.json()) as { status: string; error?: string; data: never }
    if (answer.status !== 'success') throw new Error(answer.error)
    return answer.data
  }
  return {
    async query(expr) {
      const { result }: { result: { metric: Record<string, string>; value: [number, string] }[] } = await ask(
        'query',
        { query: expr },
      )
      return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
    },
    async alerts() {
      const { groups }: { groups: { rules: Awaited<ReturnType<Prometheus['alerts']>> }[] } =
        await ask('rules')
      return groups.flatMap((group) => group.rules)
    },
    stop,
  }
}
