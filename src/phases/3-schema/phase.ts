import type { Phase } from '../phase.js'

export const schema: Phase = {
  number: 3,
  name: 'schema',
  purpose: 'The database can hold users, logins and revoked tokens, beside what the app had.',
  needs: [],
  layers: [],
  differences: () => [],
}
