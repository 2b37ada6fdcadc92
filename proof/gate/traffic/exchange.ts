/** One recorded request with its answer; stored as an entry of a HAR 1.2 file. */
export interface Exchange {
  method: string
  /** path with query, as sent */
  path: string
  /** the route of the app that answered, as declared (`/api/threads/:id`), or null when none matched */
  route: string | null
  request: {
    contentType: string | null
    body: string | null
    /** which of `app.headers` it was sent with; what they held is not kept */
    headers?: string[]
  }
  /** places of the answer that are never the same twice, see `volatileIn` */
  volatile?: string[]
  response: {
    status: number
    contentType: string | null
    body: string
    /** where it leads, when only its header says so; rows are learnt from it, it is not compared */
    location?: string
  }
}

/** The route a recorded request reached, as it is declared, or the address where the app has no route. */
export function recordedRoute({ method, path, route }: Pick<Exchange, 'method' | 'path' | 'route'>): string {
  return route ?? `${method} ${path.split('?')[0]} (no route)`
}
