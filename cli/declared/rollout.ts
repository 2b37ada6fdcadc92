import { PHASES } from '../../src/config/dial.js'
import { declare } from './declaration.js'
import { configOption, jsonOption, readOptions, writeOptions } from './shared-options.js'

const LAST = PHASES.length

/** Commands that move the database and the dial from phase to phase, and back. */
export const rolloutCommands = {
  status: declare({
    name: 'status',
    group: 'rollout',
    about: 'Show dial, migrations, floor, claim and record, and what is next',
    details: 'Changes nothing.',
    options: readOptions,
    dependsOn: ['database'],
    examples: ['status', 'status --json'],
  }),
  migrate: declare({
    name: 'migrate',
    group: 'rollout',
    about: 'Plan, apply, undo or show the migrations of the database',
    actions: {
      plan: {
        about:
          'shows the SQL that is still to run, with its locks and risks, and names the app’s statements that fail or change afterwards; changes nothing',
      },
      up: { about: 'brings the database to a phase' },
      down: { about: 'undoes usertwo’s own tables down to a phase' },
      undo: {
        about:
          'takes all of usertwo out of the database, and brings back the keys, uniques and defaults that it replaced',
      },
      status: { about: 'shows what is applied, what is left, and the floor; changes nothing' },
    },
    options: {
      to: {
        type: 'integer',
        value: 'N',
        min: 0,
        max: LAST,
        about: `The phase, 0 to ${LAST}. Default: ${LAST}. \`migrate down\` needs it.`,
        example: '6',
      },
      dial: {
        type: 'flag',
        with: ['up'],
        about:
          'To the phase that USERTWO_PHASE names, as the step before a deploy. Waits half a minute for a database that is not up yet.',
      },
      contract: {
        type: 'flag',
        with: ['up'],
        about: 'Also runs the steps after which the dial cannot go below 6.',
      },
      yes: {
        type: 'flag',
        with: ['down', 'undo'],
        about:
          'Undoes even where data of usertwo’s tables is lost. `migrate undo` changes nothing without it.',
      },
      'keep-user': {
        type: 'text',
        value: 'ID',
        with: ['undo'],
        about:
          'The one user whose rows stay. Those of all others are removed, once a backup with every user’s rows is written.',
        example: '1',
      },
      backups: {
        type: 'text',
        value: 'FOLDER',
        with: ['undo'],
        about: 'Where `--keep-user` writes that backup. Default: usertwo-backups, next to the configuration.',
        example: '/var/backups',
      },
      bin: {
        type: 'text',
        value: 'FOLDER',
        with: ['undo'],
        about: 'The folder of pg_dump, for `--keep-user`. Default: the PATH.',
        example: '/usr/lib/postgresql/17/bin',
      },
      admin: {
        type: 'text',
        value: 'URL',
        with: ['up', 'down', 'undo'],
        about:
          'The same database with a login that may create roles. The first run needs it, and a change of the app’s login.',
        example: 'postgres://postgres:password@localhost/app',
      },
      app: {
        type: 'text',
        value: 'URL',
        with: ['plan', 'up', 'status'],
        about:
          'The same database with the login the app uses, if another login owns the tables. The database remembers it.',
        example: 'postgres://web:password@localhost/app',
      },
      ...writeOptions,
    },
    dependsOn: ['database'],
    examples: [
      'migrate plan --to 6',
      'migrate up --admin postgres://postgres:password@localhost/app',
      'migrate down --to 5',
    ],
  }),
  deploy: declare({
    name: 'deploy',
    group: 'rollout',
    about: 'Write what a platform needs to deploy the app',
    details:
      'Writes Dockerfile and .dockerignore, and with them railway.json, compose.yaml, fly.toml or render.yaml. Overwrites no file.',
    actions: {
      init: {
        about: 'writes the files of a platform',
        arguments: [{ name: 'PLATFORM', about: 'railway, docker, fly or render' }],
      },
    },
    options: {
      check: {
        type: 'flag',
        about: 'Writes nothing. Ends with 1 if a file is missing or differs from what would be written.',
      },
      json: jsonOption,
      config: configOption,
    },
    examples: ['deploy init railway', 'deploy init docker --check'],
  }),
  rollout: declare({
    name: 'rollout',
    group: 'rollout',
    about: 'Show the next step towards phase 8 and what it lacks',
    details:
      'Changes nothing. Ends with 1 if something is missing. In production the dial is not to be raised without a recorded GO.',
    options: {
      'dangerously-skip-gate': {
        type: 'flag',
        about: 'Raises the dial without a recorded GO. Registration stays closed until there is one.',
      },
      ...readOptions,
    },
    dependsOn: ['database'],
    examples: ['rollout'],
  }),
  backout: declare({
    name: 'backout',
    group: 'rollout',
    about: 'Show what turning the dial back means, for whom, and how',
    details: 'Changes nothing.',
    arguments: [{ name: 'N|STEP', about: 'the dial to go back to, 0 to 7, or a step, e.g. 5 or cookie' }],
    options: readOptions,
    dependsOn: ['database'],
    examples: ['backout 5', 'backout cookie'],
  }),
} as const
