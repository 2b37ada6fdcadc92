import { declare } from './declaration.js'
import { readOptions, whoArgument, writeOptions } from './shared-options.js'

const ONE = { arguments: [whoArgument] } as const
const url = {
  type: 'text',
  value: 'URL',
  about: 'The address of the app, for the link. Default: PUBLIC_URL, else the first of CORS_ORIGINS.',
  example: 'https://app.example.com',
} as const

/** Commands about users and their logins. */
export const userCommands = {
  claim: declare({
    name: 'claim',
    group: 'users',
    about: 'Print the one-time code with which the owner registers',
    details: 'It works for a day, and ends earlier codes.',
    options: writeOptions,
    dependsOn: ['database'],
    examples: ['claim'],
  }),
  invite: declare({
    name: 'invite',
    group: 'users',
    about: 'Print, and mail, a link with which one person registers',
    details: 'It works once, and for this address alone. It is mailed where SMTP_URL is set.',
    arguments: [
      { name: 'EMAIL|NAME', about: 'the e-mail address, or the user name where people log in with that' },
    ],
    options: {
      role: { type: 'text', value: 'ROLE', about: 'A role that the new user gets.', example: 'editor' },
      days: {
        type: 'integer',
        value: 'N',
        min: 1,
        max: 999,
        default: 7,
        about: 'How many days the link works.',
        example: '14',
      },
      url,
      ...writeOptions,
    },
    examples: ['invite ann@example.com --days 14'],
  }),
  owner: declare({
    name: 'owner',
    group: 'users',
    about: 'Hand the owner’s account with all its rows to another person',
    details:
      'Ends the former owner’s password, logins, tokens and links, and prints a link for the new owner.',
    actions: {
      transfer: {
        about: 'without --yes only says what it would do',
        arguments: [
          {
            name: 'WHO',
            about: 'the new owner’s e-mail address; where people log in by user name, the owner’s name',
          },
        ],
      },
    },
    options: { yes: { type: 'flag', about: 'Does it.' }, url, ...writeOptions },
    examples: ['owner transfer ann@example.com', 'owner transfer ann@example.com --yes'],
  }),
  users: declare({
    name: 'users',
    group: 'users',
    about: 'List, create, promote, disable or remove users',
    actions: {
      list: { about: 'shows every user' },
      create: {
        about: 'creates a user, with a password from standard input or a new one, shown once',
        arguments: [
          { name: 'EMAIL|NAME', about: 'the e-mail address, or the user name where people log in with that' },
        ],
      },
      grant: { about: 'makes a user an administrator, or gives a role', ...ONE },
      ungrant: { about: 'takes that away', ...ONE },
      verify: { about: 'counts the e-mail address of a user as confirmed', ...ONE },
      'reset-link': { about: 'prints a link with which a user sets a new password', ...ONE },
      factors: { about: 'shows the second factor and the passkeys of a user; --reset removes them', ...ONE },
      providers: { about: 'shows the providers that a user has linked; --unlink unlinks them', ...ONE },
      disable: { about: 'ends every login of a user, who cannot log in any more', ...ONE },
      enable: { about: 'lets a disabled user log in again', ...ONE },
      remove: { about: 'removes a user with all their rows, for good', ...ONE },
    },
    options: {
      admin: { type: 'flag', with: ['create'], about: 'The new user is an administrator.' },
      'password-stdin': { type: 'flag', with: ['create'], about: 'Reads the password from standard input.' },
      role: {
        type: 'text',
        value: 'ROLE',
        with: ['grant', 'ungrant'],
        about: 'The role. Default: administrator.',
        example: 'editor',
      },
      force: {
        type: 'flag',
        with: ['ungrant', 'disable'],
        about: 'Also for the only administrator who can log in.',
      },
      yes: {
        type: 'flag',
        with: ['remove'],
        about: 'Removes; without it the command only says what it would do.',
      },
      reset: {
        type: 'flag',
        with: ['factors'],
        about:
          'Removes the second factor and the passkeys: for a user who lost the phone and the recovery codes.',
      },
      unlink: {
        type: 'flag',
        with: ['providers'],
        about: 'Unlinks every provider: where another person may have linked one.',
      },
      url: { ...url, with: ['reset-link'] },
      ...writeOptions,
    },
    dependsOn: ['database'],
    examples: ['users list', 'users create ann@example.com', 'users reset-link ann@example.com'],
  }),
  sessions: declare({
    name: 'sessions',
    group: 'users',
    about: 'List who is logged in, or end logins',
    actions: {
      list: { about: 'shows every login, the last used first' },
      revoke: { about: 'ends the logins of one user (--user), or all (--all)' },
    },
    options: {
      user: {
        type: 'text',
        value: 'WHO',
        about: 'Only the logins of this user: an e-mail address, user name or id.',
        example: 'ann@example.com',
      },
      all: { type: 'flag', with: ['revoke'], about: 'Ends the logins of every user.' },
      ...writeOptions,
    },
    examples: ['sessions list', 'sessions revoke --user ann@example.com'],
  }),
  tokens: declare({
    name: 'tokens',
    group: 'users',
    about: 'Create, list or revoke tokens for programs',
    details: 'A program sends it as Authorization: Bearer ut_…',
    actions: {
      list: { about: 'shows every token' },
      create: { about: 'makes a token, shown once' },
      revoke: {
        about: 'ends a token',
        arguments: [{ name: 'ID', about: 'the id that `usertwo tokens list` shows' }],
      },
    },
    options: {
      user: {
        type: 'text',
        value: 'WHO',
        with: ['list', 'create'],
        about: 'The user for whom the program acts: an e-mail address, user name or id.',
        example: 'ann@example.com',
      },
      name: {
        type: 'text',
        value: 'NAME',
        with: ['create'],
        about: 'What the token is for.',
        example: '"nightly export"',
      },
      scope: {
        type: 'text',
        value: 'SCOPE',
        multiple: true,
        with: ['create'],
        about: 'read, write, admin or a name of your own. May be given more than once. Default: read.',
        example: 'write',
      },
      days: {
        type: 'integer',
        value: 'N',
        min: 1,
        max: 366,
        default: 90,
        with: ['create'],
        about: 'How many days the token works.',
        example: '30',
      },
      ...writeOptions,
    },
    examples: ['tokens create --user ann@example.com --name "nightly export"', 'tokens list'],
  }),
  audit: declare({
    name: 'audit',
    group: 'users',
    about: 'Show what was noted of logins and accounts',
    details: 'The last 100 entries; with --csv all of them.',
    options: {
      user: {
        type: 'text',
        value: 'WHO',
        about: 'Only entries about this user: an e-mail address, user name or id, also of a removed user.',
        example: 'ann@example.com',
      },
      kind: { type: 'text', value: 'EVENT', about: 'Only this kind of event.', example: 'invited' },
      since: {
        type: 'text',
        value: 'TIME',
        about: 'Only entries since then: 30m, 24h, 7d or a date.',
        example: '2026-01-31',
      },
      csv: { type: 'flag', about: 'Prints CSV.' },
      ...readOptions,
    },
    examples: ['audit --since 24h', 'audit --user ann@example.com --csv'],
  }),
} as const
