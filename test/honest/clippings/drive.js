// The owner's day: every route, and some mistakes.
import { call } from '../call.js'

const NOBODY = '99999999-9999-4999-8999-999999999999'

await call('GET', '/health')
const all = await call('GET', '/api/clippings')
const made = await call('POST', '/api/clippings', { title: 'Fog', topic: 'weather', stars: 3 })
await call('GET', `/api/v1/clippings/${made.id}`)
await call('GET', `/api/clippings/${made.id}`)
await call('GET', `/api/clippings/${all[1].id}`)
await call('GET', `/api/clippings/${NOBODY}`)
await call('GET', '/api/clippings/none')
await call('POST', '/api/v1/clippings', { title: 'Frost' })
await call('POST', '/api/clippings', { topic: 'untitled', stars: 'many' })
await call('GET', '/api/links/1')
await call('GET', '/api/links/98765')
await call('GET', '/api/v1/links/2')
await call('PUT', '/api/links/1', { url: 'https://example.com/rain/today' })
await call('PUT', '/api/v1/links/2', { url: 'https://example.com/snow/today' })
await call('DELETE', `/api/clippings/${all[0].id}`)
await call('DELETE', `/api/clippings/${all[0].id}`)
await call('DELETE', `/api/v1/clippings/${made.id}`)
await call('GET', '/api/v1/clippings')
