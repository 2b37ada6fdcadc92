/** One recorded request with its answer; stored as an entry of a HAR 1.2 file. */
export interface Exchange {
  method: string
  /** path with query, as sent */
  path: string
  /** the route of the app that answered, as declared (`/api/threads/:id`), or null if none matched */
  route: string | null
  request: {
    contentType: string | null
    body: string | null
    /** the names of those of `app.headers` that it was sent with; their values are not stored */
    headers?: string[]
  }
  /** places of the answer that differ each time, see `volatileIn` */
  volatile?: string[]
  response: {
    status: number
    contentType: string | null
    body: string
    /** the redirect target, if only the header names it; ids are learnt from it, and it is not compared */
    location?: string
  }
}

/** Returns the declared route that a recorded request reached, or its path if the app has no route. */
export function recordedRoute({ method, path, route }: Pick<Exchange, 'method' | 'path' | 'route'>): string {
  return route ?? `${method} ${path.split('?')[0]} (no route)`
}
