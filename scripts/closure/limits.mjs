/** The files that an app loads when it imports the package. */
export const ENTRIES = ['src/index.ts', 'src/worker.ts']

/**
 * The most lines that an import may load at once. Lines loaded on first use are not counted, but must not be
 * tools either. This is a coarse guard against loading something large by accident; `npm run bench -- start`
 * measures the cost of a start.
 */
export const LINES = 21_900

/** Code that only proves, attacks, records or shows. */
export const TOOLS = /^(?!src\/)/
