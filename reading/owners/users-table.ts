/** Tables that are called after users. */
const USERS =
  /^(?:app_?|tbl_?)?(?:users?|usuarios?|benutzer|utilisateurs?)(?:_?(?:entity|model|tbl|table))?$/i
/** Tables whose rows may be users, or people and accounts that the app's one user keeps a list of. */
const MAYBE =
  /^(?:app_?|tbl_?)?(?:accounts?|members?|people|persons?|customers?|profiles?)(?:_?(?:entity|model|tbl|table))?$/i
/** Columns of people who log in. An address alone does not count: a contact has one too. */
const OF_LOGIN =
  /passw|^(?:pw|pass)_?hash$|^(?:hash|digest|salt|user_?name|login)$|^last_?(?:login|logged_?in)|^email_?(?:verified|confirmed)|^is_?(?:admin|superuser)$|^(?:google|github|facebook|apple|auth0|firebase|clerk|oauth)_?(?:id|sub)$/i

/** How sure a table's name and columns make it that its rows are the app's users. */
export function looksLikeUsers({
  name,
  columns,
}: {
  name: string
  columns: readonly string[]
}): 'yes' | 'by name alone' | 'no' {
  if (USERS.test(name)) return 'yes'
  if (!MAYBE.test(name)) return 'no'
  return columns.some((column) => OF_LOGIN.test(column)) ? 'yes' : 'by name alone'
}
