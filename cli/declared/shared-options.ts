import type { DeclaredOption } from './declaration.js'

export const configOption = {
  type: 'text',
  value: 'FILE',
  about:
    'The configuration, or the folder it is in. Default: usertwo.config.js, .mjs, .cjs or .ts in the current folder.',
  example: 'apps/api',
} as const satisfies DeclaredOption

export const databaseOption = {
  type: 'text',
  value: 'URL',
  about:
    'The database, with the login that owns its tables. Default: DATABASE_URL, else the database that `npm start` runs under USERTWO_DATA.',
  example: 'postgres://app:password@localhost/app',
} as const satisfies DeclaredOption

export const jsonOption = {
  type: 'flag',
  about: 'Prints one JSON document instead of text.',
} as const satisfies DeclaredOption

export const remoteOption = {
  type: 'flag',
  about: 'Allows writing to a database server on another machine. Without it that is refused.',
} as const satisfies DeclaredOption

/** Options of a command that reads the database of an app. */
export const readOptions = { database: databaseOption, json: jsonOption, config: configOption } as const
/** Options of a command that writes to the database of an app. */
export const writeOptions = {
  database: databaseOption,
  'allow-remote': remoteOption,
  json: jsonOption,
  config: configOption,
} as const

/** The argument that names a user. */
export const whoArgument = { name: 'WHO', about: 'an e-mail address, user name or id' } as const
