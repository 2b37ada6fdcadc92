const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * What the keys of a notebook are: their SQL, the owner's, one that no row has, how they look in a path or a body, and
 * what is made of that.
 */
export const KEYS = {
  numbers: {
    primary: 'serial',
    reference: 'int',
    owner: 1,
    missing: 987_654,
    is: (text) => /^\d{1,9}$/.test(text),
    read: Number,
  },
  uuids: {
    primary: 'uuid default gen_random_uuid()',
    reference: 'uuid',
    owner: '6f1c0a52-8a3e-4b55-9c70-2f3f1f0f9a01',
    missing: '9b6a0f0e-0000-4000-8000-0000000000aa',
    is: (text) => UUID.test(text),
    read: String,
  },
}
