// The owner's day, offline and back: each write is sent twice.
import { call } from '../call.js'

const NEW = '7f3e1d52-8a40-4b6f-b1c7-2d9e5f80a3c6'
await call('GET', '/api/notes')
await call('PUT', '/api/notes/0b5f7c1e-6d0a-4c52-9d3b-5a4b0e6f7a11', { text: 'Water the beans twice' })
for (const text of ['Prune the roses', 'Prune the roses, not the quince'])
  await call('PUT', `/api/notes/${NEW}`, { text })
await call('GET', `/api/notes/${NEW}`)
await call('GET', '/api/notes/0b5f7c1e-6d0a-4c52-9d3b-5a4b0e6f7a11')
await call('DELETE', `/api/notes/${NEW}`)
await call('DELETE', '/api/notes/0b5f7c1e-6d0a-4c52-9d3b-5a4b0e6f7a11')
await call('PUT', '/api/notes/0b5f7c1e-6d0a-4c52-9d3b-5a4b0e6f7a11', { text: 'Water the beans, again' })
for (const summary of ['Call the roofer', 'Call the roofer again'])
  await call('PUT', '/dav/calendar/roofer-2.ics', { summary })
await call('GET', '/dav/calendar/roofer-2.ics')
for (const litres of [310, 320])
  await call('POST', '/api/readings', {
    readings: [
      { id: 42, litres },
      { id: 43, litres },
    ],
  })
await call('GET', '/api/readings/42')
await call('GET', '/api/notes')
