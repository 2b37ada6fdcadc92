import type { Exchange } from './exchange.js'

/** The failures that were a route's only answers in the recording, and what to do about them. */
const FAILED = [
  {
    are: (status: number) => status === 401 || status === 403,
    says: 'answered with 401 or 403 only; let the drive send what they require, and name such headers in app.headers:',
  },
  {
    are: (status: number) => status >= 500,
    says: 'answered with 500 or more only; let the drive send requests that the app can answer, or find out what the app lacks here:',
  },
]

/** Returns lines for a recording that says little about the app. */
export const warningsOf = (exchanges: readonly Exchange[]): string[] => [
  ...mostlyFailed(exchanges),
  ...mostlyRedirected(exchanges),
  ...onlyRefused(exchanges),
]

const isFailed = (status: number) => status === 401 || status === 403 || status === 404 || status >= 500

/**
 * Returns lines for a recording in which most answers are refusals or errors: how many, on which routes, and
 * what to do. Such a recording says nothing about the app, and every gate that compares with it would pass.
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
    `most of the recording failed: ${failed.length} of ${exchanges.length} requests were answered 401, 403, 404 or 500 and more, so the gates would compare refusals. Put a key that the app requires into app.headers, missing settings into app.env, and rows into app.seed. Then record again with usertwo baseline record:`,
    ...[...routes].map(
      ([name, counted]) =>
        `  ${name}  ${[...counted].map(([status, times]) => `${times} × ${status}`).join(', ')}`,
    ),
  ]
}

/** From as many routes or paths on, equal redirects are taken for a guard's. */
const GUARDED = 3

/** Returns lines for a recording in which most reads are redirected alike, as by a login that the recording did not pass. */
export function mostlyRedirected(exchanges: readonly Exchange[]): string[] {
  const reads = exchanges.filter(({ method }) => method === 'GET')
  const alike = new Map<string, Exchange[]>()
  for (const one of reads) {
    const { status, location, body } = one.response
    if (status < 300 || status >= 400) continue
    const to = location ?? body
    alike.set(to, [...(alike.get(to) ?? []), one])
  }
  return [...alike].flatMap(([to, led]) => {
    // A guard answers in front of the routes.
    const routes = new Set(led.map(({ route, path }) => route ?? `GET ${path.split('?')[0]}`))
    if (routes.size < GUARDED || led.length * 2 <= reads.length) return []
    return [
      `most of the recording was redirected: ${led.length} of ${reads.length} reads were answered "${to.slice(0, 80)}", so the gates would compare redirects. If one password for everybody is in front of the app, take it out: usertwo brings a login for each user. Otherwise put what the app asks for into app.headers. Then record again with usertwo baseline record:`,
      ...[...routes].map((route) => `  ${route}`),
    ]
  })
}

/**
 * Returns the routes that never gave the owner a useful answer in the recording, so that nothing is known
 * about them.
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
