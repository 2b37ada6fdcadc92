import type { Route, Visitor } from '../../../gate/gate.js'

/** The path of a route with every parameter set to `value`. */
export function concrete(path: string, value = '1'): string {
  return path.replace(/:\w+(\([^)]*\))?\??/g, value)
}

/** Each route that sends a body. */
export function writing(routes: readonly Route[]): Route[] {
  return routes.filter(({ method }) => /^(?:POST|PUT|PATCH)$/.test(method))
}

/** Somebody new at each call, so that the app's own limits by address do not answer instead of the app. */
export function visitors(net: number): () => Visitor {
  let count = 0
  return () => {
    count = (count % 250) + 1
    return { name: 'visitor', address: `127.0.${net}.${count}`, headers: {} }
  }
}
