// The owner's day: every route, and some mistakes.
import { call } from '../call.js'

await call('GET', '/health')
const [first, second] = await call('GET', '/items')
const made = await call('POST', '/items', { name: 'Candles' })
await call('POST', '/items', {})
await call('PUT', `/items/${made.id}/bought`)
await call('PUT', `/items/${first.id}/bought`)
await call('PUT', '/items/987654/bought')
await call('DELETE', `/items/${second.id}`)
await call('DELETE', `/items/${second.id}`)
await call('GET', '/items')
