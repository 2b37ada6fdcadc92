// The owner's day: every route, and some mistakes.
import { call } from '../call.js'

const open = (path) => fetch(new URL(path, process.env.BASE_URL), { redirect: 'manual' })
const key = '5e0b7c1e-6d0a-4c52-9d3b-5a4b0e6f7a11'

await call('GET', '/health')
await call('GET', '/api/settings')
await call('GET', '/api/counters')
await call('GET', '/api/tags')
await call('GET', '/api/tags/web')
await call('GET', '/api/tags/none')
await call('PUT', '/api/tags/web', { name: 'net' })
await call('GET', '/api/shelves')
await call('PUT', '/api/shelves/work', { about: 'What I read at work' })
await call('PUT', '/api/folders', { path: 'home/garden/beans' })
await call('PUT', '/api/folders', { path: 'Home Garden' })
const made = {
  title: 'Beans in pots',
  url: 'https://beans.test/',
  folder: 'home/garden',
  tags: ['net', 'print'],
}
const saved = await call('POST', '/api/bookmarks', { key, ...made })
await call('POST', '/api/bookmarks', { key, ...made })
await open('/add?url=https%3A%2F%2Fpeas.test%2F&title=Peas')
await open('/add')
const all = await call('GET', '/api/bookmarks')
await call('GET', `/api/bookmarks/${saved.id}`)
await call('GET', `/del/${all.at(-1).id}`)
await call('GET', '/del/987654')
await open('/search?q=Beans%20in%20%22pots%22%20and%20what%20else%20grows')
await open('/search?q=Roses')
await call('GET', '/api/searches')
const receipt = await call('POST', '/api/receipts', { year: 2026, total: 30 })
await call('GET', `/api/receipts/2026/${receipt.number}`)
await call('GET', '/api/receipts/2026/98765')
const snapshot = await call('POST', '/api/snapshots', { label: 'Beans today', text: 'Six leaves' })
await open(`/api/snapshots/${snapshot.id}`)
await call('GET', '/api/counters')
