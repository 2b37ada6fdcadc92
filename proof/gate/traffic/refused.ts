import type { Exchange } from './exchange.js'

/** What a route was only ever answered with while the baseline was recorded, and what to do about it. */
const FAILED = [
  {
    are: (status: number) => status === 401 || status === 403,
    says: 'answered with 401 or 403 only; let the drive send what they ask for, and name such headers in app.headers:',
  },
  {
    are: (status: number) => status >= 500,
    says: 'answered with 500 or more only; let the drive ask for what the app can answer, or see what it lacks here:',
  },
]

const isFailed = (status: number) => status === 401 || status === 403 || status === 404 || status >= 500

/**
 * Where most answers are refusals or errors: how many, of which routes, and what to do. Such a recording says nothing of
 * what the app does, and each gate that compares with it would pass.
 */
export function mostlyFailed(exchanges: readonly Exchange[]): string[] {
  const failed = exchanges.filter(({ response }) => isFailed(response.status))
  if (failed.length * 2 <= exchanges.length) return []
  const routes = new Map<string, Map<number, number>>()
  for (const { route, method, path, response } of failed) {
    const name = route ?? `${method} ${path.split('?')[0]}`
    const counted = routes.get(name) ?? new Map<number, number>()
    routes.set(name, counted.set(response.status, (counted.get(response.status) ?? 0) + 1))
  }
  return [
    `most of the recording failed: ${failed.length} of ${exchanges.length} requests were answered 401, 403, 404 or 500 and more, so the gates would compare refusals. Name a key that the app asks for in app.headers, what it lacks here in app.env, rows in app.seed; then record again, usertwo baseline record:`,
    ...[...routes].map(
      ([name, counted]) =>
        `  ${name}  ${[...counted].map(([status, times]) => `${times} × ${status}`).join(', ')}`,
    ),
  ]
}

/**
 * The routes the owner never got anything from while the baseline was recorded: nothing is known of what they
 * do.
 */
export function onlyRefused(exchanges: readonly Exchange[]): string[] {
  const answers = new Map<string, Set<number>>()
  for (const { route, response } of exchanges)
    if (route) answers.set(route, (answers.get(route) ?? new Set()).add(response.status))
  return FAILED.flatMap(({ are, says }) => {
    const routes = [...answers].filter(([, all]) => [...all].every(are))
    return routes.length ? [says, ...routes.map(([name, all]) => `  ${name}  ${[...all].join(', ')}`)] : []
  })
}
