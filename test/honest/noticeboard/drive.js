// The owner's day: every route, and some mistakes.
import { call } from '../call.js'

await call('GET', '/health')
for (const table of ['/notices', '/reminders']) {
  const [first, second] = await call('GET', table)
  const made = await call('POST', table, { title: 'Found: one glove' })
  await call('POST', table, {})
  await call('GET', `${table}/${first.id}`)
  await call('GET', `${table}/987654`)
  await call('PUT', `${table}/${made.id}`, { title: 'Found: two gloves' })
  await call('PUT', `${table}/${first.id}`, { title: 'Not this week' })
  await call('PUT', `${table}/987654`, { title: 'Nothing' })
  await call('DELETE', `${table}/${second.id}`)
  await call('DELETE', `${table}/${second.id}`)
  await call('GET', table)
  await call('GET', `${table}?q=glove`)
}
await call('GET', '/counts')
