// The owner's day.
import { call } from '../call.js'

await call('GET', '/api/messages')
await call('POST', '/api/messages', { body: 'Thank you for the soup' })
await call('GET', '/api/messages')
