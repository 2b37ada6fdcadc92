// As any-node.ts of the package itself, for `import 'usertwo/testing'`.
import { refuseOldNode } from '../../src/core/supported-node.js'

refuseOldNode()

export const { gate, twoUsers } = await import('./index.js')
