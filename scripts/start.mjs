// npm start: comic-pile from phase 0 to 8, then served. With --no-gates (npm run dev) it is only migrated and served.

import { ROOT } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'

prepare()

// Everything that was started is stopped first; a second Ctrl-C does not wait.
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stop.abort())

const { start } = await import('../dist/tools/dev/start.js')
const gates = !process.argv.includes('--no-gates')
process.exit(await start({ folder: `${ROOT}examples/comic-pile`, signal: stop.signal, gates }))
