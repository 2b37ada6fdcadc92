// Which leaks a run plants: drawn by a seed from the routes of the app's inventory, each at a route of its own.

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function randomOf(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const TAKES = ['body', 'body', 'query', 'path', 'answer', 'agent', 'count']
const KEEPS = ['last', 'list', 'first']
/** These let out no words of a user, and only a comparison sees them. */
const NUMBERS = ['count']

/**
 * Draws the leaks of one run.
 * @param {{ routes: { method: string, path: string, answers: string[] }[] }} inventory
 * @param {{ skipped?: (path: string, method: string) => boolean }} options
 * @returns {import('./plant.mjs').Leak[]}
 */
export function leaksOf(inventory, seed, count, skipped = () => false) {
  const random = randomOf(seed)
  const one = (list) => list[Math.floor(random() * list.length)]
  const routes = inventory.routes
    .map(({ method, path, answers }) => ({ method, path: path.replace(/(.)\/$/, '$1'), answers }))
    .filter(({ path, method }) => path.startsWith('/') && method !== 'ALL' && !skipped(path, method))
  const others = [
    { method: 'OPTIONS', path: '*', answers: [] },
    { method: 'GET', path: '*', answers: [] },
  ]
  const places = shuffled([...routes, ...others], random).slice(0, count)
  return places.map((place, at) => {
    const takes = one(TAKES)
    const { by, when } = wayOut(place, takes, one)
    return {
      id: `${seed}.${at + 1}`,
      takes,
      keeps: NUMBERS.includes(takes) ? 'list' : one(KEEPS),
      route: `${place.method} ${place.path}`,
      by,
      when,
    }
  })
}

function wayOut({ method, path, answers }, takes, one) {
  if (path === '*')
    return { by: one(takes === 'count' ? ['header'] : ['header', 'cookie', 'version']), when: null }
  const body = answers.includes('text/html') ? 'text' : answers.includes('application/json') ? 'field' : null
  const ways = ['header', 'cookie', 'version', ...(body ? [body, body, body] : [])]
  const by = one(method === 'GET' ? ways : [...ways, 'status'])
  const whens =
    method === 'GET' ? [null, null, null, 'bare', 'csv', 'error', 'HEAD'] : [null, null, null, 'error']
  const when = one(by === 'status' ? [null] : whens)
  return when === 'HEAD' && (by === 'field' || by === 'text') ? { by, when: null } : { by, when }
}

function shuffled(list, random) {
  const all = [...list]
  for (let at = all.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    ;[all[at], all[other]] = [all[other], all[at]]
  }
  return all
}
