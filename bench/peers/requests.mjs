// The requests sent to every variant, and the responses that the first user must get.
/** How many users send requests in turn. */
export const USERS = 100
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

/** Returns a user's rows as every database holds them from the start, in the order of users. */
export function rowsOf(user) {
  return Array.from({ length: ROWS_EACH }, (_, at) => ({
    id: (user - 1) * ROWS_EACH + at + 1,
    title: `Note ${at + 1} of ${user}`,
    n: at + 1,
  }))
}
