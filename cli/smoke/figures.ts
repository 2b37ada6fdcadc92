import type { Smoke } from './smoke.js'

/** The figures of logins, by name: all labels together. */
export type MetricFigures = Record<string, number>

const OURS = /^(auth_\w+_total)(?:\{[^}]*\})? (\d+(?:\.\d+)?)$/gm

/** What `GET /metrics` says of logins to who may read it; null: nothing. */
export async function figuresOf({
  site,
  options,
}: Pick<Smoke, 'site' | 'options'>): Promise<MetricFigures | null> {
  const token = options.variable('METRICS_TOKEN')
  if (token === undefined && !site.isLoopback) return null
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const { status, body } = await site.ask('GET', '/metrics', { headers })
  if (status !== 200) return null
  const figures: MetricFigures = {}
  for (const [, name, value] of body.matchAll(OURS)) figures[name!] = (figures[name!] ?? 0) + Number(value)
  return Object.keys(figures).length ? figures : null
}
