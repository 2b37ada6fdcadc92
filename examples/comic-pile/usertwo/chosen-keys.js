/*
 * Keys that a request chooses, where one of the two layers that drop them is off, or both are, and the app puts the key that
 * a body gives into a new thread, if it is free.
 */
const OWN_KEYS = 'dist/src/phases/6-isolation/query/rows/keys.js'
const TAKES_ANY = { file: OWN_KEYS, find: 'if (!key || value === null)', replace: 'if (true)' }
const UPDATES_ANY = {
  file: 'dist/src/phases/6-isolation/query/rows/stamp.js',
  find: 'ownValues(frame, changes, table, [], sameKey)',
  replace: 'ownValues(frame, changes, table, [], (_frame, _table, _column, value) => value)',
}
const without = (kind) => `do $$ declare t record; begin
  for t in select tgname, tgrelid::regclass as at from pg_trigger where tgname ~ '^usertwo_${kind}_'
  loop execute format('drop trigger %I on %s', t.tgname, t.at); end loop; end $$`

export const chosenKeys = {
  'isolation.foreign-ids': [
    {
      name: 'the key of a new thread is taken as the body gives it',
      names: 'next write fails, because another user has chosen its key',
      by: {
        edit: [
          TAKES_ANY,
          {
            file: 'server/routes/threads.js',
            find: 'res.status(201).json(toThread(await createThread(input)))',
            replace: `const { id } = req.body
    const made = id === undefined ? await createThread(input)
      : await createThread({ ...input, id }).catch(() => createThread(input))
    res.status(201).json(toThread(made))`,
          },
          {
            file: 'server/domain/threads.js',
            find: 'export async function createThread({ title,',
            replace: 'export async function createThread({ id, title,',
          },
          {
            file: 'server/domain/threads.js',
            find: '.insert({\n      title,\n      format,',
            replace: '.insert({\n      ...(id !== undefined && { id }),\n      title,\n      format,',
          },
        ],
        sql: without('key'),
      },
    },
  ],
  'isolation.query-layer-alone': [
    {
      name: 'a new row has the key that it is given',
      names: 'with a key of one’s choice by the query layer alone',
      by: { edit: [TAKES_ANY] },
    },
    {
      name: 'a row can be given another key',
      names: 'given a key of one’s choice by the query layer alone',
      by: { edit: [UPDATES_ANY] },
    },
  ],
  'isolation.policies-alone': [
    {
      name: 'no trigger on new rows with keys',
      names: 'with a key of one’s choice, by the database itself',
      by: { sql: without('key') },
    },
    {
      name: 'no trigger on changed keys',
      names: 'given a key of one’s choice, by the database itself',
      by: { sql: without('same') },
    },
  ],
}
