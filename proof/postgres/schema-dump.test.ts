import { expect, test } from 'vitest'
import { withClient } from '../../src/database/with-client.js'
import { freshDatabase } from '../../test/support/postgres.js'
import { dumpSchema } from './schema-dump.js'

test('describes each object of a schema in one line with its name, even a function of many lines', async () => {
  const { adminUrl } = await freshDatabase()
  const dump = await withClient(adminUrl, 'test', async (client) => {
    await client.query(`create table things (id int primary key);
      create function counted() returns trigger language plpgsql as $$
      begin
        raise notice 'one more';
        return new;
      end
      $$`)
    return dumpSchema(client)
  })
  const lines = dump.split('\n')
  expect(lines.filter((line) => line.includes('one more'))).toEqual([
    expect.stringMatching(
      /^function CREATE OR REPLACE FUNCTION public\.counted\(\) .* end +\$function\$ +acl=$/,
    ),
  ])
  expect(lines.filter((line) => !/public|things/.test(line))).toEqual([])
})
