import { afterEach, beforeEach, expect, test } from 'vitest'
import { reset, sql } from './support/fixtures.js'
import { get } from './support/http.js'

// A trigger reports as many deadlocks as the test wants. Sequences are not rolled back, so it can count them.

beforeEach(async () => {
  await reset()
  await sql('create sequence deadlocks_seen')
})
afterEach(async () => {
  await sql('drop trigger deadlock on sessions')
  await sql('drop function deadlock()')
  await sql('drop sequence deadlocks_seen')
})

const deadlocks = async (times) => {
  await sql(`create function deadlock() returns trigger language plpgsql as $$
    begin
      if nextval('deadlocks_seen') <= ${times} then
        raise exception 'deadlock detected' using errcode = '40P01';
      end if;
      return new;
    end $$`)
  await sql('create trigger deadlock before insert on sessions for each row execute function deadlock()')
}

const timed = async () => {
  const began = Date.now()
  const { status } = await get('/api/sessions/current/')
  return { status, ms: Date.now() - began }
}

test('Sessions: two deadlocks are waited out, 0.1 s and 0.2 s', async () => {
  await deadlocks(2)
  const { status, ms } = await timed()
  expect(status).toBe(200)
  expect(ms).toBeGreaterThanOrEqual(295)
  expect(await sql('select id from sessions')).toHaveLength(1)
})

test('Sessions: the third deadlock is a 500', async () => {
  await deadlocks(3)
  expect((await timed()).status).toBe(500)
  expect(await sql('select id from sessions')).toHaveLength(0)
})
