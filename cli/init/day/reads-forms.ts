import type { Reading } from '../reading/reading.js'

/** Whether the app parses bodies of forms, and none of JSON. */
export function readsFormsOnly(sources: Reading['sources']): boolean {
  const text =
    JSON.stringify([...sources.flatMap(({ imports }) => [...imports.keys()])]) +
    sources.map(({ tree }) => callNames(tree)).join()
  return /\burlencoded\b/.test(text) && !/\bjson\b/.test(text)
}

function callNames(tree: unknown): string {
  return [
    ...JSON.stringify(tree, (name, value) => (name === 'loc' ? undefined : value)).matchAll(
      /"name":"(urlencoded|json)"/g,
    ),
  ]
    .map(([, name]) => name)
    .join()
}
