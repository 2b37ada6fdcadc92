import { describe, expect, it } from 'vitest'
import { listedNames } from './select-list.js'

const lists = (text: string, name: string) => listedNames(text).has(name)

describe('the names a statement asks to see', () => {
  it.each([
    'select user_id from t',
    'select t.user_id as who from t',
    'select coalesce("user_id", 0) from t',
    'select * from (select id, user_id from t) s',
    'with mine as (select user_id from t) select * from mine',
    'select (select max(user_id) from t) as m',
    'insert into t (a) values (1) returning id, user_id',
    'select 1 union select user_id from t',
    "select e'\\' from', user_id from t",
    'select 1 /* /* */ from */, user_id from t',
    'SELECT "User_Id" FROM t',
    'select (select count(*) from u), user_id from t',
    'select coalesce((select max(n) from u where n > 0), user_id) from t',
    'select (a) from t union select b, user_id from t',
    'select 1) union (select user_id from t',
  ])('finds it in: %s', (text) => {
    expect(lists(text, 'user_id')).toBe(true)
  })

  it.each([
    'select * from t where user_id = $1',
    'select t.* from t join u on u.user_id = t.user_id order by user_id',
    'insert into t (a, user_id) values (1, 2) returning *',
    'update t set user_id = 1 returning *',
    "select 'user_id' as label from t",
    'select * -- user_id\n from t',
    'select * from t where id in (select id from u where user_id = 1)',
    'select *, (select count(*) from u where u.user_id = 1) from t',
    'delete from t where user_id = 1 returning *',
    'select id from (select 1) s where user_id = 1',
    'select (select 1 from u) from t where (user_id) = 1',
  ])('does not find it in: %s', (text) => {
    expect(lists(text, 'user_id')).toBe(false)
  })
})
