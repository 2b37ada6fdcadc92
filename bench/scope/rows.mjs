// The same rows in every variant: the number of users, and of rows per user.
export const USERS = 500
export const ROWS_EACH = 20

/** Returns the key of a row of this user. */
export const rowOf = (user) => USERS * 9 + user
