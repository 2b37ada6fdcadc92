// The same rows in every variant: the number of users, and of each user's rows.
export const USERS = 500
export const ROWS_EACH = 20

/** The key of a row of this user. */
export const rowOf = (user) => USERS * 9 + user
