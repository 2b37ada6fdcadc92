import type { Answer } from '../../proof/gate/app/http.js'
import type { Reader } from './reader.js'

export interface Thread {
  id: number
  title: string
  position: number
  status: string
}

/** Every answer of the app to a user about their own pile. */
export async function everything(me: Reader): Promise<Record<string, unknown>> {
  const threads = await me.get<Thread[]>('/api/threads/')
  const current = await me.get<{ id: number }>('/api/sessions/current/')
  const sessions = await me.get<{ id: number }[]>('/api/sessions/?limit=100&offset=0')
  const paths = [
    '/api/threads/stale?days=7',
    '/api/admin/settings',
    '/api/tasks/metrics',
    ...threads.map(({ id }) => `/api/threads/${id}`),
    ...sessions.flatMap(({ id }) => ['', '/details', '/snapshots'].map((end) => `/api/sessions/${id}${end}`)),
  ]
  const seen: Record<string, unknown> = { threads, current, sessions }
  for (const path of paths) seen[path] = await me.get(path)
  return seen
}

/** A day at the pile that uses every kind of row, for reading and writing. @returns every answer of it */
export async function day(me: Reader, mark: string): Promise<Answer[]> {
  const answers: Answer[] = []
  const send = async <Json>(method: string, path: string, body?: unknown): Promise<Json> => {
    const answer = await me.ask(method, path, body)
    answers.push(answer)
    if (answer.status > 299)
      throw new Error(`${method} ${path} answered ${answer.status}: ${answer.body.slice(0, 500)}`)
    return answer.json as Json
  }
  const add = (title: string) =>
    send<Thread>('POST', '/api/threads/', { title: `${mark} ${title}`, format: 'Comic', issues_remaining: 6 })
  const first = await add('first')
  const second = await add('second')
  const third = await add('third')
  await send('PUT', `/api/queue/threads/${third.id}/front/`)
  await send('PUT', `/api/queue/threads/${first.id}/position/`, { new_position: 2 })
  await send('PUT', `/api/queue/threads/${third.id}/back/`)
  await send('PUT', `/api/threads/${first.id}`, { notes: `${mark} notes` })
  await send('DELETE', `/api/threads/${second.id}`)
  await send('POST', '/api/roll/')
  await send('POST', '/api/rate/', { rating: 4.5, issues_read: 1 })
  await send('POST', '/api/roll/override', { thread_id: first.id })
  await send('POST', '/api/rate/', { rating: 3, issues_read: 1 })
  const { id } = await send<{ id: number }>('GET', '/api/sessions/current/')
  const snapshots = await send<{ id: number }[]>('GET', `/api/undo/${id}/snapshots`)
  await send('POST', `/api/undo/${id}/undo/${snapshots[0]!.id}`)
  await send('POST', '/api/roll/')
  await send('POST', '/api/rate/', { rating: 4, issues_read: 1 })
  await send('POST', `/api/sessions/${id}/restore-session-start`)
  const settings = await send<object>('GET', '/api/admin/settings')
  await send('PUT', '/api/admin/settings', { start_die: 12, rating_threshold: 3.5 })
  await send('PUT', '/api/admin/settings', settings)
  await add('last')
  await send('GET', '/api/threads/')
  await send('GET', '/api/sessions/?limit=100&offset=0')
  await send('GET', `/api/sessions/${id}/details`)
  return answers
}
