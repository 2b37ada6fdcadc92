const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const looksLikeUuid = (id: string | number): boolean => UUID.test(String(id))

/** Returns a user's id as PostgreSQL prints it: a UUID in lower case, every other id as it is. */
export const canonicalId = <Id extends string | number>(id: Id): Id =>
  typeof id === 'string' && looksLikeUuid(id) ? (id.toLowerCase() as Id) : id
