// What `npm run matrix` is given. Read before anything is built: an unknown argument ends the process with 64.
import { parseArgs } from 'node:util'
import { refuse } from '../../scripts/prepare/arguments.mjs'

/** Groups of cells, each selected by one word. */
const GROUPS = ['node', 'postgres']

export const { values, positionals } = given()

function given() {
  try {
    const found = parseArgs({
      allowPositionals: true, // a group of cells by its name
      options: {
        queries: { type: 'string', default: '10000' }, // results to compare in each cell
        only: { type: 'string' }, // cells whose name holds this
        installed: { type: 'boolean' }, // the versions at the root of the repository, nothing is installed
        bare: { type: 'boolean' }, // without usertwo, to see the matrix red
        json: { type: 'boolean' },
      },
    })
    const unknown = found.positionals.find((name) => !GROUPS.includes(name))
    if (unknown) throw new Error(`unknown group "${unknown}": there are ${GROUPS.join(' and ')}`)
    return found
  } catch ({ message }) {
    return refuse(message)
  }
}
