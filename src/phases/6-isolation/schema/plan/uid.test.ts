import { afterEach, expect, test } from 'vitest'
import { type Pile, pile } from '../../../../../test/support/ownership-pile.js'
import { reconcileOwnership } from '../reconcile.js'
import { requestRoleOn } from './identity.js'
import { planOwnership } from './plan-ownership.js'
import { type UidParts, uidBody } from './uid.js'

let db: Pile
afterEach(() => db?.close())

test('the schema says which role requests run in, and is made to where it does not', async () => {
  db = await pile()
  expect(await requestRoleOn(db.app)).toBeNull()
  await reconcileOwnership(db.app, db.plan)
  expect(await requestRoleOn(db.app)).toBe(db.plan.requestRole)

  await db.app.query('comment on function usertwo.uid() is null')
  const missing = await planOwnership(db.app, db.plan)
  expect(missing.map(({ name }) => name)).toEqual(['usertwo.uid(): who the current user is'])
  await reconcileOwnership(db.app, db.plan)
  expect(await requestRoleOn(db.app)).toBe(db.plan.requestRole)
  expect(await planOwnership(db.app, db.plan)).toEqual([])
})

const BODY_OF_RC_1 = `
begin
  if pg_catalog.current_setting('usertwo.user_id', true) <> all ('{none,system,""}') then
    return pg_catalog.current_setting('usertwo.user_id', true)::TYPE;
  end if;
  if pg_catalog.current_setting('usertwo.user_id', true) <> '' or current_user = 'app_request' then
    return null;
  end if;
  return '1';
end
`

// A process of 1.0.0-rc.1 starts only with exactly its own body: in a rolling deploy both versions use one function.
test.each([
  ['smallint', '22P02', true],
  ['integer', '22P02', true],
  ['bigint', '22P02', true],
  ['numeric', '22P02', true],
  ['uuid', '22P02', true],
  ['text', 'UT401', false],
  ['character varying', 'UT401', false],
])('a job without a user is refused where ids are %s, and requests are not', async (type, code, same) => {
  db = await pile()
  const parts = { plan: { requestRole: 'app_request' }, idType: type, idBaseType: type, ownerLiteral: "'1'" }
  const body = uidBody(parts as UidParts)
  expect(body === BODY_OF_RC_1.replace('TYPE', type)).toBe(same)
  await db.app.query(`create schema usertwo;
    create function usertwo.uid() returns ${type} language plpgsql stable as $uid$${body}$uid$`)
  const as = (user: string) =>
    db.app
      .query(`begin; set local usertwo.user_id = '${user}'; select usertwo.uid()::text as id`)
      .then((all) => (all as unknown as { rows: { id: string | null }[] }[])[2]!.rows[0]!.id)
      .catch((error: { code: string }) => error.code)
      .finally(() => db.app.query('rollback'))
  const id = type === 'uuid' ? '0b0e4f0e-0000-4000-8000-000000000007' : '7'
  expect([await as(id), await as('none'), await as('outside')]).toEqual([id, null, code])
})
