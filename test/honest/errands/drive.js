// The owner's day: every route but the one for what is not allowed, and some mistakes.
import { call } from '../call.js'

await call('GET', '/')
await call('GET', '/api')
const [first] = await call('GET', '/api/errands')
await call('GET', `/api/errands/${first.id}`)
const made = await call('POST', '/api/errands', { name: 'Fetch the shoes from the cobbler' })
await call('POST', '/api/errands', {})
await call('DELETE', `/api/errands/${made.id}`)
await call('DELETE', `/api/errands/${first.id}`)
await call('DELETE', '/api/errands/3f0c8a52-9f64-4d29-8c39-0d1a8d3c7b10')
await call('GET', '/api/errands')
