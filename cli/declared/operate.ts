import { declare } from './declaration.js'
import { configOption, databaseOption, jsonOption, readOptions, remoteOption } from './shared-options.js'

/** Commands for the operator of the app. */
export const operateCommands = {
  run: declare({
    name: 'run',
    group: 'operate',
    about: 'Run an unchanged app under the layers',
    details: 'Every Node process of COMMAND is under the layers, at the dial (USERTWO_PHASE).',
    behind: { name: 'COMMAND', about: 'how the app is started' },
    options: { config: configOption },
    examples: ['run -- node server.js'],
  }),
  backup: declare({
    name: 'backup',
    group: 'operate',
    about: 'Dump the database with every user’s rows',
    details:
      'Writes a dump in pg_dump’s custom format, and FILE.json with the rows of each owner. Changes nothing in the database.',
    arguments: [{ name: 'FILE', about: 'the file to write; one that exists is not overwritten' }],
    options: {
      admin: {
        type: 'text',
        value: 'URL',
        about: 'A superuser or a role with BYPASSRLS, if the login of the database does not see every row.',
        example: 'postgres://postgres:password@localhost/app',
      },
      bin: {
        type: 'text',
        value: 'FOLDER',
        about: 'The folder of pg_dump. Default: the PATH.',
        example: '/usr/lib/postgresql/17/bin',
      },
      ...readOptions,
    },
    examples: ['backup backups/app.dump'],
  }),
  restore: declare({
    name: 'restore',
    group: 'operate',
    about: 'Restore a backup into an empty database and compare it',
    details:
      'Makes the roles that the dump names, restores, then compares the rows of each owner with FILE.json. Ends with 1 if they differ.',
    arguments: [{ name: 'FILE', about: 'a dump of `usertwo backup`' }],
    options: {
      database: { ...databaseOption, about: 'The empty database, with the login that will own the tables.' },
      admin: {
        type: 'text',
        value: 'URL',
        about: 'The same database with a login that may create roles.',
        example: 'postgres://postgres:password@localhost/restored',
      },
      bin: {
        type: 'text',
        value: 'FOLDER',
        about: 'The folder of pg_restore. Default: the PATH.',
        example: '/usr/lib/postgresql/17/bin',
      },
      'allow-remote': remoteOption,
      json: jsonOption,
      config: configOption,
    },
    examples: ['restore backups/app.dump --database postgres://app:password@localhost/restored'],
  }),
  keys: declare({
    name: 'keys',
    group: 'operate',
    about: 'List or rotate the keys that sign access tokens',
    details: 'Former keys stay valid as long as tokens signed with them can live, so that no login ends.',
    actions: {
      list: { about: 'shows each key, its algorithm and its time' },
      rotate: { about: 'adds a key, which signs after a while' },
    },
    options: {
      file: {
        type: 'text',
        value: 'FILE',
        about: 'The key file. Default: JWT_KEYS_FILE.',
        example: 'jwt-keys.json',
      },
      print: {
        type: 'flag',
        with: ['rotate'],
        about: 'Prints the keys, for JWT_KEYS, instead of writing a file.',
      },
      algorithm: {
        type: 'choice',
        value: 'NAME',
        of: ['HS256', 'RS256', 'ES256'],
        default: 'ES256',
        with: ['rotate'],
        about: 'HS256, RS256 or ES256.',
        example: 'RS256',
      },
      after: {
        type: 'integer',
        value: 'MINUTES',
        min: 0,
        max: 7 * 24 * 60,
        default: 10,
        with: ['rotate'],
        about: 'Minutes until the new key signs. Every process must have the new file by then.',
        example: '60',
      },
      config: configOption,
    },
    examples: ['keys list', 'keys rotate --file jwt-keys.json'],
  }),
} as const
