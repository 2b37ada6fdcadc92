import type { Phase } from '../phase.js'
import { assertTables } from './migrated.js'

export const schema: Phase = {
  number: 3,
  name: 'schema',
  purpose: 'The database can hold users, logins and revoked tokens, beside what the app had.',
  needs: [],
  layers: [],
  setup: (kit) => ({
    read: (client) => assertTables(client, kit.dial, kit.knowsPeople ? { ...kit.settings } : {}),
  }),
}
