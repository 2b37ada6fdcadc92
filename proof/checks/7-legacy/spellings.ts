/** Returns other ways to write a path that some routers treat as the same. */
export function spellings(path: string): string[] {
  const [way = '', query] = path.split('?', 2)
  const last = way.search(/[a-z][^/]*\/?$/i)
  const encoded =
    last < 0 ? [] : [`${way.slice(0, last)}%${way.charCodeAt(last).toString(16)}${way.slice(last + 1)}`]
  const slash = way.endsWith('/') ? way.slice(0, -1) : `${way}/`
  const ways = [way, way.toUpperCase(), `/${way}`, ...encoded, ...(slash ? [slash] : []), `${way}?usertwo=1`]
  return [...new Set(ways)].map((one) => (query === undefined || one.includes('?') ? one : `${one}?${query}`))
}
