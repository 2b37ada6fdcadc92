import * as real from '../../../../src/database/migrations/users-table.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { shownAs } from './shown-as.js'

/** Nobody looks whether the column is generated. */
export default replacing(import.meta.url, '../../../../src/database/migrations/users-table.js', {
  inspectUsers: (client, ...more) => real.inspectUsers(shownAs(client, { generated: false }), ...more),
} satisfies Partial<typeof real>)
