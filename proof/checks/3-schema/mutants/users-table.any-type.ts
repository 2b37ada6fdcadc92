import * as real from '../../../../src/database/migrations/users-table.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { shownAs } from './shown-as.js'

/** Nobody looks at the type of the column. */
export default replacing(import.meta.url, '../../../../src/database/migrations/users-table.js', {
  inspectUsers: (client, ...more) => real.inspectUsers(shownAs(client, { base: 'text' }), ...more),
} satisfies Partial<typeof real>)
