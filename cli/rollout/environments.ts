import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { ConfigError } from '../../src/core/config-error.js'
import type { SmokeMode } from '../smoke/smoke.js'
import { UsageError } from '../usage-error.js'

/** In the order in which each raise of the dial or of a flag reaches them. */
export const ENVIRONMENTS = ['development', 'staging', 'production'] as const
export type EnvironmentName = (typeof ENVIRONMENTS)[number]

/** Where an app keeps what `usertwo smoke --record` has seen, relative to its configuration. Committed. */
export const ENVIRONMENTS_FILE = 'usertwo/environments.json'

const seen = z.strictObject({
  /** of the deployment that smoke found GO */
  url: z.string(),
  dial: z.int().min(0).max(8),
  style: z.enum(['bearer', 'refresh']),
  refresh: z.enum(['body', 'cookie']).nullable(),
  at: z.iso.datetime(),
})
const file = z.strictObject({
  development: seen.optional(),
  staging: seen.optional(),
  production: seen.optional(),
})
export type SeenEnvironments = z.infer<typeof file>

/**
 * Reads what was GO where; empty without the file.
 *
 * @param folder the folder of the configuration
 * @throws ConfigError where the file is not one of these
 */
export function readEnvironments(folder: string): SeenEnvironments {
  const path = join(folder, ENVIRONMENTS_FILE)
  if (!existsSync(path)) return {}
  try {
    return file.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch {
    throw new ConfigError(ENVIRONMENTS_FILE, [
      'not readable; restore it, or delete it and run usertwo smoke URL --record NAME for each environment',
    ])
  }
}

/**
 * Notes that smoke found the deployment of an environment GO.
 *
 * @throws UsageError if the deployment does not say at which dial it is
 */
export function noteEnvironment(
  folder: string,
  name: EnvironmentName,
  { url, mode, at }: { url: string; mode: Pick<SmokeMode, 'dial' | 'style' | 'refresh'>; at: Date },
): { dial: number } {
  const { dial, style, refresh } = mode
  // An app that has a route /ready of its own keeps it, and with it what the dial is.
  if (Number.isNaN(dial)) throw new UsageError('--record: GET /ready of the deployment does not say its dial')
  const noted = { ...readEnvironments(folder), [name]: { url, dial, style, refresh, at: at.toISOString() } }
  const path = join(folder, ENVIRONMENTS_FILE)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(file.parse(noted), null, 2)}\n`)
  return { dial }
}

/**
 * Why an environment is not to be at a dial: the one before it was last seen below. One that was never recorded is
 * passed over: not every app has a staging.
 */
export function aheadOf(all: SeenEnvironments, environment: string, dial: number): string[] {
  const before = lastBefore(all, environment)
  if (!before || before.seen.dial >= dial) return []
  const { name, seen: last } = before
  return [
    `${name} was GO at ${last.dial} when it was last recorded, and ${environment} is not to be ahead of it: raise ${name} to ${dial}, then run: usertwo smoke ${last.url} --record ${name}`,
  ]
}

/** For the terminal: what was GO where, and what may be raised next. */
export function environmentLines(all: SeenEnvironments, here: { name: string; dial: number }): string[] {
  const known = ENVIRONMENTS.filter((name) => all[name])
  if (known.length === 0)
    return ['deployed    no environment recorded; after each deploy: usertwo smoke URL --record staging']
  const shown = known.map((name) => `${name} GO at ${all[name]!.dial} on ${all[name]!.at.slice(0, 10)}`)
  const ahead = aheadOf(all, here.name, here.dial)
  const next = known.flatMap((name) => {
    const { dial } = all[name]!
    return dial < 8 && aheadOf(all, name, dial + 1).length === 0 ? [`${name} to ${dial + 1}`] : []
  })
  return [
    `deployed    ${shown.join(', ')}`,
    ...ahead.map((one) => `            ${one}`),
    `            may be raised next: ${next.join(', ') || 'none'}`,
  ]
}

function lastBefore(all: SeenEnvironments, environment: string) {
  const at = ENVIRONMENTS.indexOf(environment as EnvironmentName)
  const name = ENVIRONMENTS.slice(0, Math.max(0, at)).findLast((one) => all[one])
  return name ? { name, seen: all[name]! } : null
}
