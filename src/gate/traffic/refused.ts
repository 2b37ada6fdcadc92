import type { Exchange } from './exchange.js'

/** The routes the owner was only ever refused at while the baseline was recorded: nothing is known of what they do. */
export function onlyRefused(exchanges: readonly Exchange[]): string[] {
  const answers = new Map<string, Set<number>>()
  for (const { method, route, response } of exchanges) {
    if (!route) continue
    const name = `${method} ${route}`
    answers.set(name, (answers.get(name) ?? new Set()).add(response.status))
  }
  const refused = [...answers].filter(([, all]) =>
    [...all].every((status) => status === 401 || status === 403),
  )
  if (refused.length === 0) return []
  return [
    'answered with 401 or 403 only; let the drive send what they ask for, and name such headers in app.headers:',
    ...refused.map(([name, all]) => `  ${name}  ${[...all].join(', ')}`),
  ]
}
