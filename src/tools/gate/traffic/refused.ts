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
