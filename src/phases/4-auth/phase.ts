import type { Layer, Phase } from '../phase.js'
import { auth as authApi } from './auth.js'
import { csrf } from './csrf.js'
import { identify } from './identify.js'
import { refuse } from './refuse.js'

const outer = (name: string, make: Layer['make']): Layer => ({
  name,
  place: 'outer',
  flag: 'USER_MGMT_ENABLED',
  make,
})

export const auth: Phase = {
  number: 4,
  name: 'auth',
  purpose: 'There are users: the owner claims user 1, logs in and out, and every process agrees who is who.',
  needs: [3],
  layers: [outer('identify', identify), outer('csrf', csrf), outer('auth', authApi), outer('refuse', refuse)],
  differences: () => [],
}
