// Plays the owner's day over HTTP, one request after the other: every route of the app, and some mistakes.
//
//   BASE_URL=http://127.0.0.1:8000 [DRIVE_HEADERS='{"Authorization":"Bearer ..."}'] node scripts/drive.js
//
// DRIVE_LOG=1 prints each request. Ids come from earlier answers. Given the same database, clock and random numbers it sends the same requests.

const base = process.env.BASE_URL
if (!base) {
  console.error('BASE_URL is required, such as http://127.0.0.1:8000')
  process.exit(2)
}
const extraHeaders = JSON.parse(process.env.DRIVE_HEADERS ?? '{}')
const BOUNDARY = 'comic-pile-drive'

let sent = 0

function encode({ json, csv, form }) {
  if (json !== undefined) return { type: 'application/json', body: JSON.stringify(json) }
  if (form !== undefined) return { type: 'application/x-www-form-urlencoded', body: form }
  if (csv === undefined) return {}
  const { name, content } = csv
  const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: text/csv`
  return {
    type: `multipart/form-data; boundary=${BOUNDARY}`,
    body: `${head}\r\n\r\n${content}\r\n--${BOUNDARY}--\r\n`,
  }
}

/** Sends one request; any other status than the expected ends the run. */
async function call(expected, method, path, payload = {}) {
  const { type, body } = encode(payload)
  const headers = { ...extraHeaders, ...(type && { 'content-type': type }) }
  const answer = await fetch(new URL(path, base), { method, headers, body, redirect: 'manual' })
  const text = await answer.text()
  sent += 1
  if (process.env.DRIVE_LOG) console.log(`${method} ${path} ${answer.status}`)
  if (answer.status !== expected) {
    console.error(
      `${method} ${path} answered ${answer.status} where ${expected} was expected:\n${text.slice(0, 2000)}`,
    )
    process.exit(1)
  }
  return answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text
}

const get = (path, expected = 200) => call(expected, 'GET', path)
const post = (path, json, expected = 200) => call(expected, 'POST', path, { json })
const put = (path, json, expected = 200) => call(expected, 'PUT', path, { json })
const patch = (path, json, expected = 200) => call(expected, 'PATCH', path, { json })
const del = (path, expected = 204) => call(expected, 'DELETE', path)
const upload = (path, csv, expected = 200) => call(expected, 'POST', path, { csv })

const rate = (rating, more, expected) => post('/api/rate/', { rating, issues_read: 1, ...more }, expected)
const missing = (rows) => Math.max(0, ...rows.map(({ id }) => id)) + 100_000

async function opensTheApp() {
  await get('/')
  await get('/vite.svg')
  await get('/react', 301)
  await get('/react/', 301)
  await get('/static/legacy.css')
  await get('/queue', 404)
  await get('/health')
  await get('/api/health')
  await get('/debug/5xx-stats')
  const asset = /(?:src|href)="(\/assets\/[^"]+)"/.exec(await get('/'))?.[1]
  if (asset) await get(asset)
}

async function looksAround() {
  await get('/api/sessions/current/')
  const threads = await get('/api/threads/')
  await get('/api/threads', 404)
  await get('/api/threads/stale?days=7')
  await get('/api/threads/stale')
  await get(`/api/threads/${threads[0].id}`)
  await get(`/api/threads/${missing(threads)}`, 404)
  await get('/api/threads/abc', 422)
  await get('/api/admin/settings')

  const sessions = await get('/api/sessions/?limit=10&offset=0')
  await get('/api/sessions/?limit=0', 422)
  for (const { id } of sessions) {
    await get(`/api/sessions/${id}`)
    await get(`/api/sessions/${id}/details`)
    await get(`/api/sessions/${id}/snapshots`)
  }
  await get(`/api/sessions/${missing(sessions)}`, 404)
  await get(`/api/sessions/${missing(sessions)}/details`, 404)
}

async function rollsAndRates() {
  await post('/api/roll/dismiss-pending')
  await post('/api/roll/set-die?die=8')
  await post('/api/roll/set-die?die=7', undefined, 400)
  await post('/api/roll/set-die', undefined, 422)
  await post('/api/roll/clear-manual-die')
  await post('/api/roll/')
  await rate(9, {}, 422)
  await rate(4.5)
  await get('/api/sessions/current/')
  await post('/api/roll/')
  await rate(3)
  await rate(3.5, { issues_read: 2 })
  const threads = await get('/api/threads/')
  await post('/api/roll/override', { thread_id: missing(threads) }, 404)
  const chosen = threads.find(({ status }) => status === 'active')
  await post('/api/roll/override', { thread_id: chosen.id })
  await rate(4, { finish_session: true })
}

async function sortsTheQueue() {
  const input = { title: 'Drive & "Queue" ナ', format: 'Comic', issues_remaining: 3, notes: 'from the shelf' }
  const added = await post('/api/threads/', input, 201)
  const second = await post('/api/threads/', { title: 'Second', format: 'Trade', issues_remaining: 1 }, 201)
  await post('/api/threads/', { title: '', format: 'Comic', issues_remaining: 1 }, 422)
  await put(`/api/queue/threads/${added.id}/front/`)
  await put(`/api/queue/threads/${added.id}/position/`, { new_position: 4 })
  await put(`/api/queue/threads/${added.id}/position/`, { new_position: 0 }, 422)
  await put(`/api/queue/threads/${added.id}/back/`)
  await put(`/api/threads/${added.id}`, { title: 'Driven', notes: null })
  await put(`/api/threads/${added.id}`, { issues_remaining: 0 })
  await post('/api/threads/reactivate', { thread_id: added.id, issues_to_add: 2 })
  await post('/api/threads/reactivate', { thread_id: added.id, issues_to_add: 2 }, 400)
  await del(`/api/threads/${second.id}`)
  await del(`/api/threads/${second.id}`, 404)
  await put(`/api/queue/threads/${second.id}/front/`, undefined, 404)
  await post('/api/threads/', { title: 'Trial', format: 'Comic', issues_remaining: 1, is_test: true }, 201)
  await get('/api/threads/')
}

async function changesTheirMind() {
  const session = await get('/api/sessions/current/')
  const snapshots = await get(`/api/undo/${session.id}/snapshots`)
  await post(`/api/undo/${session.id}/undo/${snapshots[0].id}`)
  await post(`/api/undo/${session.id}/undo/${missing(snapshots)}`, undefined, 404)
  await get('/api/threads/')
  await post(`/api/sessions/${session.id}/restore-session-start`)
  await get(`/api/sessions/${session.id}/details`)
  await get('/api/threads/')
  const settings = await get('/api/admin/settings')
  await put('/api/admin/settings', { start_die: 10, rating_threshold: 3.5 })
  await put('/api/admin/settings', { start_die: 3 }, 422)
  await put('/api/admin/settings', {
    start_die: settings.start_die,
    rating_threshold: settings.rating_threshold,
  })
}

async function looksAtTheNumbers() {
  await get('/api/tasks/metrics')
}

async function opensTheOldPages() {
  await get('/api/threads/active')
  await get('/api/threads/completed')
  await get('/api/rate')
  await get('/api/rate/')
  await post('/api/roll/html')
  await post('/api/roll/reroll')
}

async function keepsTheBooks() {
  const content = 'title,format,issues_remaining\nImported,Comic,4\n,Comic,1\n"Two, parts",Trade,2'
  await upload('/api/admin/import/csv/', { name: 'pile.csv', content })
  await upload('/api/admin/import/csv/', { name: 'pile.txt', content }, 400)
  const { threads } = await get('/api/admin/export/json/')
  const imported = threads.find(({ title }) => title === 'Imported')
  await upload('/api/admin/import/reviews/', {
    name: 'reviews.csv',
    content: `thread_id,review_url,review_timestamp\n${imported.id},https://reviews.example/imported,2026-01-05T10:00:00Z`,
  })
  await get('/api/admin/export/csv/')
  await get('/api/admin/export/summary/')
  await post('/api/admin/delete-test-data/')
}

async function worksOnTheBoard() {
  await get('/api/tasks/')
  const input = { task_id: 'DRIVE-1', title: 'Drive it', priority: 'HIGH', estimated_effort: '1 hour' }
  const { task_id } = await post('/api/tasks/', input, 201)
  await post('/api/tasks/', input, 400)
  await get('/api/tasks/ready')
  await get('/api/tasks/completed', 404)
  await get('/api/tasks/not-completed', 404)
  await get(`/api/tasks/${task_id}`)
  const claim = { agent_name: 'driver', worktree: 'drive', worker_type: 'feature' }
  await post(`/api/tasks/${task_id}/claim`, claim)
  await post(`/api/tasks/${task_id}/claim`, claim, 409)
  await patch(`/api/tasks/${task_id}`, { status: 'done' })
  await post(`/api/tasks/${task_id}/merge-to-main`)
  await post('/api/retros/generate')
  await post('/api/manager-daemon/health/set-active', { active: true })
  await get('/api/manager-daemon/health')
  await del(`/api/tasks/${task_id}`)
  await get(`/api/tasks/${task_id}`, 404)
}

await opensTheApp()
await looksAround()
await rollsAndRates()
await sortsTheQueue()
await changesTheirMind()
await looksAtTheNumbers()
// What follows may be switched off one day; nothing of the reader's own may come after it.
await opensTheOldPages()
await keepsTheBooks()
await worksOnTheBoard()
console.log(`${sent} requests answered as expected`)
