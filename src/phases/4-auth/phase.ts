import { type Layer, outer, type Phase } from '../phase.js'
import { auth as authApi } from './auth.js'
import { csrf } from './csrf.js'
import { identify } from './identify.js'
import { refuse } from './refuse.js'

const forPeople = (make: Layer['make']) => outer(make, 'USER_MGMT_ENABLED')

export const auth: Phase = {
  number: 4,
  name: 'auth',
  purpose: 'There are users: the owner claims user 1, logs in and out, and every process agrees who is who.',
  needs: [3],
  layers: [forPeople(identify), forPeople(csrf), forPeople(authApi), forPeople(refuse)],
}
