// The same rows in every variant: so many people, with so many rows each.
export const USERS = 500
export const ROWS_EACH = 20

/** The key of a row of this user. */
export const rowOf = (user) => USERS * 9 + user
