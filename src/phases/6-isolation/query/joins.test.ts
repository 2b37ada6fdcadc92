import { describe, expect, it } from 'vitest'
import { compilingKnex, sqlFor2 } from '../../../../test/support/compiling-knex.js'

const db = compilingKnex()
const OWN_EVENTS = '(select * from "events" as "e" where "e"."user_id" = 2) as "e"'

describe('the predicate of a joined table', () => {
  it('is in ON, after the app’s own in parentheses', () => {
    const sql = sqlFor2(() =>
      db('tags').leftJoin('events as e', (on) => void on.on('e.tag_id', 'tags.id').orOn('e.n', 'tags.n')),
    )
    expect(sql).toBe(
      'select * from "tags" left join "events" as "e" ' +
        'on ("e"."tag_id" = "tags"."id" or "e"."n" = "tags"."n") and "e"."user_id" = 2',
    )
  })

  it('is in WHERE if there is no ON', () => {
    expect(sqlFor2(() => db('tags').crossJoin('events' as never))).toBe(
      'select * from "tags" cross join "events" where "events"."user_id" = 2',
    )
    expect(sqlFor2(() => db('tags').join('events', (on) => void on.using(['n'])))).toContain(
      'using ("n") where "events"."user_id" = 2',
    )
  })

  it('narrows the table of an outer join with USING', () => {
    expect(sqlFor2(() => db('tags').leftJoin('events as e', (on) => void on.using(['n'])))).toBe(
      `select * from "tags" left join ${OWN_EVENTS} using ("n")`,
    )
  })

  it.each(['rightJoin', 'rightOuterJoin', 'fullOuterJoin'] as const)(
    'narrows every table of a %s',
    (join) => {
      const sql = sqlFor2(() => db('threads as t')[join]('events as e', 'e.thread_id', 't.id'))
      expect(sql).toContain('from (select * from "threads" as "t" where "t"."user_id" = 2) as "t"')
      expect(sql).toContain(`join ${OWN_EVENTS} on "e"."thread_id" = "t"."id"`)
    },
  )

  it('narrows with the schema and ONLY the app asked for', () => {
    const sql = sqlFor2(() =>
      db.withSchema('s').from('threads', { only: true }).rightJoin('tags', 'tags.id', 'threads.n'),
    )
    expect(sql).toContain(
      'from (select * from only "s"."threads" where "threads"."user_id" = 2) as "threads"',
    )
  })

  it('narrows when the right join is raw', () => {
    expect(sqlFor2(() => db('threads').joinRaw('right join tags on true'))).toContain(
      'from (select * from "threads" where "threads"."user_id" = 2) as "threads" right join tags on true',
    )
  })

  it('covers every table of an object FROM', () => {
    expect(sqlFor2(() => db.from({ t: 'threads', e: 'events' } as never))).toBe(
      'select * from "threads" as "t", "events" as "e" where "t"."user_id" = 2 and "e"."user_id" = 2',
    )
  })
})

describe('the other tables of a write', () => {
  it('stay the user’s own in UPDATE … FROM and DELETE … USING', () => {
    expect(
      sqlFor2(() =>
        db('threads')
          .updateFrom('events as e' as never)
          .update({ n: 1 } as never),
      ),
    ).toContain('where "threads"."user_id" = 2 and "e"."user_id" = 2')
    expect(sqlFor2(() => db('threads').using(['events']).del())).toContain(
      'where "threads"."user_id" = 2 and "events"."user_id" = 2',
    )
  })

  it('stay the user’s own in a delete with an outer join, which knex writes as USING', () => {
    expect(sqlFor2(() => db('threads').rightJoin('events', 'events.n', 'threads.n').del())).toBe(
      'delete from "threads" using "events" where "events"."n" = "threads"."n" ' +
        'and "threads"."user_id" = 2 and "events"."user_id" = 2',
    )
  })

  it('do not count where knex drops them: the joins of an update', () => {
    for (const join of ['crossJoin', 'fullOuterJoin'] as const)
      expect(
        sqlFor2(() =>
          db('threads')
            [join]('events' as never)
            .update({ n: 1 }),
        ),
      ).toBe('update "threads" set "n" = 1 where "threads"."user_id" = 2')
  })

  it('keep a delete’s ON with the conditions it belongs to', () => {
    const sql = sqlFor2(() =>
      db('threads').join('events', 'events.n', 'threads.n').where('id', 1).orWhere('id', 2).del(),
    )
    expect(sql).toBe(
      'delete from "threads" using "events" where ("id" = 1 or "id" = 2 and "events"."n" = "threads"."n") ' +
        'and "threads"."user_id" = 2 and "events"."user_id" = 2',
    )
  })
})
