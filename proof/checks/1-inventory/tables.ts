import { tablesOf, unclassified } from '../../../reading/schema/tables.js'
import type { Check } from '../../gate/check.js'
import { catalogOf } from '../../inventory/look.js'

export const tables: Check = {
  id: 'inventory.tables',
  title: 'Every table is classified',
  proves: ['I1'],
  fix: "Add the table to config.tables: { owner: 'user_id' } if its rows belong to users, { access: 'reference' } if all users may read and none may write, { access: 'closed' } if no request needs it.",
  async run(gate) {
    const catalog = await catalogOf(gate.database.url)
    const found = tablesOf(catalog, gate.config)
    const names = new Set(catalog.tables.flatMap(({ name, id }) => [name, id]))
    const gone = Object.keys(gate.config.tables).filter((name) => !names.has(name))
    return {
      exercised: found.length,
      unit: 'tables',
      problems: [
        ...unclassified(found).map(({ name, reaches }) => ({
          what: `config.tables does not say whose rows ${name} holds${reaches ? `; it leads to its owner by ${reaches}` : ''}`,
          table: name,
        })),
        ...gone.map((name) => ({
          what: `config.tables names ${name}, which the database does not have`,
          table: name,
        })),
      ],
      notes: found.map(({ name, access, reaches }) => `${name}: ${access}${reaches ? `, ${reaches}` : ''}`),
    }
  },
  mutants: [
    {
      name: 'a new table that is not classified',
      names: 'usertwo_diary',
      by: { sql: 'create table usertwo_diary (id serial primary key, user_id int, entry text)' },
    },
    {
      name: 'a table of the configuration that is gone',
      names: 'usertwo_gone',
      by: {
        config: (config) => ({
          ...config,
          tables: { ...config.tables, usertwo_gone: { access: 'closed' as const } },
        }),
      },
    },
  ],
}
