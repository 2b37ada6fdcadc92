import { beforeEach, describe, expect, test } from 'vitest'
import { addTask, sql } from './support/fixtures.js'
import { del, get, newAddress, patch, post } from './support/http.js'

beforeEach(async () => {
  await sql('delete from agent_metrics')
  await sql('delete from tasks')
})

const NEW = { task_id: 'T-1', title: 'Do it', priority: 'HIGH', estimated_effort: '1 hour' }

describe('list and create', () => {
  test('GET tasks/ lists all; 429 to the 201st request', async () => {
    await addTask({ task_id: 'T-1' })
    await addTask({ task_id: 'T-2' })
    expect((await get('/api/tasks/')).body.map((task) => task.task_id)).toEqual(['T-1', 'T-2'])
    const address = newAddress()
    for (let n = 0; n < 200; n += 1) await get('/api/tasks/', { address })
    expect((await get('/api/tasks/', { address })).status).toBe(429)
  })

  test('POST tasks/ is 201, 400 for a duplicate, 422 for what is wrong, 429 to the 61st request', async () => {
    const address = newAddress()
    expect(await post('/api/tasks/', NEW, { address })).toMatchObject({
      status: 201,
      body: { ...NEW, status: 'pending', completed: false, task_type: 'feature' },
    })
    expect((await post('/api/tasks/', NEW, { address })).status).toBe(400)
    expect((await post('/api/tasks/', { ...NEW, priority: 'urgent' }, { address })).status).toBe(422)
    for (let n = 3; n < 60; n += 1) await post('/api/tasks/', {}, { address })
    expect((await post('/api/tasks/', {}, { address })).status).toBe(429)
  })

  test('GET tasks/ready lists what is pending, unblocked and waits for nothing', async () => {
    await addTask({ task_id: 'done', status: 'done' })
    await addTask({ task_id: 'free' })
    await addTask({ task_id: 'after', dependencies: 'done' })
    await addTask({ task_id: 'waits', dependencies: 'done, free' })
    await addTask({ task_id: 'blocked', blocked_by: 'free' })
    expect((await get('/api/tasks/ready')).body.map((task) => task.task_id)).toEqual(['free', 'after'])
  })

  test('GET tasks/ready answers 429 to the 201st request', async () => {
    const address = newAddress()
    for (let n = 0; n < 200; n += 1) await get('/api/tasks/ready', { address })
    expect((await get('/api/tasks/ready', { address })).status).toBe(429)
  })

  test('GET tasks/metrics counts', async () => {
    const task = await addTask({ task_id: 'a', status: 'done' })
    await addTask({ task_id: 'b', priority: 'LOW' })
    await sql(
      "insert into agent_metrics (task_id, status, duration, api_calls, tokens_used) values ($1, 'done', 60, 2, 30)",
      [task.id],
    )
    expect((await get('/api/tasks/metrics')).body).toEqual({
      total_tasks: 2,
      by_status: { done: 1, pending: 1 },
      by_priority: { HIGH: 1, LOW: 1 },
      by_type: { feature: 2 },
      completed_tasks: 1,
      average_duration: 60,
      api_calls: 2,
      tokens_used: 30,
    })
  })
})

describe('one task', () => {
  test('GET tasks/:task_id answers it, else 404', async () => {
    await addTask({ task_id: 'T-1' })
    expect((await get('/api/tasks/T-1')).body.task_id).toBe('T-1')
    expect((await get('/api/tasks/T-9')).status).toBe(404)
  })

  test.each(['completed', 'not-completed'])(
    'GET tasks/%s is declared too late to be reached',
    async (path) => {
      expect(await get(`/api/tasks/${path}`)).toMatchObject({
        status: 404,
        body: { detail: `Task ${path} not found` },
      })
    },
  )

  test('PATCH tasks/:task_id changes it, 404, 422', async () => {
    await addTask({ task_id: 'T-1' })
    expect(await patch('/api/tasks/T-1', { status: 'done', status_notes: 'ok' })).toMatchObject({
      status: 200,
      body: { status: 'done', completed: true, status_notes: 'ok' },
    })
    expect((await patch('/api/tasks/T-9', {})).status).toBe(404)
    expect((await patch('/api/tasks/T-1', { status: 'nearly' })).status).toBe(422)
  })

  test('DELETE tasks/:task_id is 204, 404, 400 if depended on unless admin_override=true', async () => {
    await addTask({ task_id: 'T-1' })
    await addTask({ task_id: 'T-2', dependencies: 'T-1' })
    expect((await del('/api/tasks/T-1')).status).toBe(400)
    expect((await del('/api/tasks/T-1?admin_override=true')).status).toBe(204)
    expect((await del('/api/tasks/T-2')).status).toBe(204)
    expect((await del('/api/tasks/T-2')).status).toBe(404)
  })

  test('POST tasks/:task_id/claim: 200, 409 taken, 403 wrong type, 404, 422', async () => {
    await addTask({ task_id: 'T-1' })
    const claim = { agent_name: 'a', worktree: 'w' }
    expect((await post('/api/tasks/T-1/claim', { ...claim, worker_type: 'bug' })).status).toBe(403)
    expect(await post('/api/tasks/T-1/claim', { ...claim, worker_type: 'feature' })).toMatchObject({
      status: 200,
      body: { assigned_agent: 'a', worktree: 'w', status: 'in_progress' },
    })
    expect((await post('/api/tasks/T-1/claim', claim)).status).toBe(409)
    expect((await post('/api/tasks/T-9/claim', claim)).status).toBe(404)
    expect((await post('/api/tasks/T-1/claim', {})).status).toBe(422)
  })

  test('POST tasks/:task_id/merge-to-main runs a program on the server', async () => {
    await addTask({ task_id: 'T-1' })
    expect(await post('/api/tasks/T-1/merge-to-main')).toMatchObject({
      status: 200,
      body: { task_id: 'T-1', success: true, output: 'merged' },
    })
    expect((await post('/api/tasks/T-9/merge-to-main')).status).toBe(404)
  })
})

test('POST retros/generate tells what is done, in progress and blocked', async () => {
  await addTask({ task_id: 'a', title: 'A', status: 'done' })
  await addTask({ task_id: 'b', title: 'B', status: 'blocked' })
  expect((await post('/api/retros/generate')).body).toMatchObject({
    done: ['A'],
    in_progress: [],
    blocked: ['B'],
  })
})

test('manager-daemon/health tells what set-active said', async () => {
  await addTask({ task_id: 'a', status: 'in_progress' })
  expect((await post('/api/manager-daemon/health/set-active', { active: true })).body.active).toBe(true)
  expect((await get('/api/manager-daemon/health')).body).toMatchObject({ active: true, tasks_in_progress: 1 })
  expect((await post('/api/manager-daemon/health/set-active', { active: false })).body.active).toBe(false)
  expect((await post('/api/manager-daemon/health/set-active', { active: 'x' })).status).toBe(422)
})
