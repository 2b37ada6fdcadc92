import type { AttackedTable } from '../../proof/attack/fixture/rows.js'

/**
 * An owned table with one key and one free text, as the catalog would say it; `more` where it is otherwise.
 */
export function attackedTable(name: string, more: Partial<AttackedTable> = {}): AttackedTable {
  return {
    name,
    owner: 'user_id',
    key: 'id',
    keys: ['id'],
    handles: ['id'],
    people: [],
    isNumber: true,
    text: ['title'],
    ...more,
  }
}
