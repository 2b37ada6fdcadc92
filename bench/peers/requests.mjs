// The requests to every variant, and the answers that the first user must get.
export const PEOPLE = 100
export const ROWS_EACH = 20

export const PARTS = {
  noDatabase: { method: 'GET', path: '/plain', status: 200, answer: { status: 'ok' } },
  list: { method: 'GET', path: '/notes', status: 200, answer: rowsOf(1) },
  write: {
    method: 'POST',
    path: '/notes',
    body: { title: 'One more' },
    status: 201,
    answer: { title: 'One more', n: 0 },
  },
}

/** A person's rows, as every database has them from the start: in the order of people. */
export function rowsOf(person) {
  return Array.from({ length: ROWS_EACH }, (_, at) => ({
    id: (person - 1) * ROWS_EACH + at + 1,
    title: `Note ${at + 1} of ${person}`,
    n: at + 1,
  }))
}
