/** What an app loads when it imports the package. */
export const ENTRIES = ['src/index.ts', 'src/worker.ts']

/** How many lines it may load at once. What it loads when it is first needed is not counted, but is no tool either. */
export const LINES = 15_000

/** What only proves, attacks, records or shows; tsconfig.runtime.json leaves out the same. */
export const TOOLS = /^src\/(?:tools|testing)\/|\/checks\/|\/gate\.ts$/
