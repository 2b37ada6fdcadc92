import axios from 'axios'

const http = axios.create({ baseURL: '/api', timeout: 10_000 })

http.interceptors.response.use((response) => response.data)

/** What to show a reader when a request failed: the server's own words where it has any. */
export function messageOf(error) {
  const detail = error?.response?.data?.detail
  return typeof detail === 'string' ? detail : (error?.message ?? 'Something went wrong')
}

export const rollApi = {
  roll: () => http.post('/roll/'),
  override: (threadId) => http.post('/roll/override', { thread_id: threadId }),
  dismissPending: () => http.post('/roll/dismiss-pending'),
  setDie: (die) => http.post('/roll/set-die', null, { params: { die } }),
  clearManualDie: () => http.post('/roll/clear-manual-die'),
}

export const rateApi = {
  rate: (body) => http.post('/rate/', body),
}

export const threadsApi = {
  list: () => http.get('/threads/'),
  stale: (days) => http.get('/threads/stale', { params: { days } }),
  create: (thread) => http.post('/threads/', thread),
  update: (id, thread) => http.put(`/threads/${id}`, thread),
  remove: (id) => http.delete(`/threads/${id}`),
  reactivate: (body) => http.post('/threads/reactivate', body),
}

export const queueApi = {
  moveTo: (id, position) => http.put(`/queue/threads/${id}/position/`, { new_position: position }),
  moveToFront: (id) => http.put(`/queue/threads/${id}/front/`),
  moveToBack: (id) => http.put(`/queue/threads/${id}/back/`),
}

export const sessionApi = {
  current: () => http.get('/sessions/current/'),
  list: (params) => http.get('/sessions/', { params }),
  get: (id) => http.get(`/sessions/${id}`),
  details: (id) => http.get(`/sessions/${id}/details`),
  snapshots: (id) => http.get(`/sessions/${id}/snapshots`),
  restoreStart: (id) => http.post(`/sessions/${id}/restore-session-start`),
}

export const undoApi = {
  undo: (sessionId, snapshotId) => http.post(`/undo/${sessionId}/undo/${snapshotId}`),
}

export const settingsApi = {
  get: () => http.get('/admin/settings'),
  update: (settings) => http.put('/admin/settings', settings),
}

export const tasksApi = {
  metrics: () => http.get('/tasks/metrics'),
}
