// npm run matrix [-- --only knex-1] [-- --queries 500]: tests both layers with every supported library and
// version.
import { prepare } from './prepare.mjs'
import '../test/matrix/arguments.mjs'

prepare()
await import('../test/matrix/main.mjs')
