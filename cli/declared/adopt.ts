import { declare } from './declaration.js'
import { configOption, jsonOption } from './shared-options.js'

/** Commands that read an app and write its configuration for usertwo. */
export const adoptCommands = {
  scan: declare({
    name: 'scan',
    group: 'adopt',
    about: 'Read an app and list what is in the way of a second user',
    details: 'Works on any Express app. Runs, installs and edits nothing.',
    arguments: [
      {
        name: 'FOLDER',
        about: 'the folder of the app, or the URL of a git repository; default: the current folder',
        optional: true,
      },
    ],
    options: {
      json: jsonOption,
      markdown: { type: 'flag', about: 'Prints Markdown, for an issue or a wiki.' },
      sarif: { type: 'flag', about: 'Prints SARIF, for code scanning on GitHub and in editors.' },
    },
    examples: ['scan', 'scan https://github.com/you/notes.git --markdown'],
  }),
  init: declare({
    name: 'init',
    group: 'adopt',
    about: 'Write the configuration, the entry file and the recording',
    details:
      'Reads the app and runs it on a throw-away database. Overwrites no file. Takes half a minute or more. Exit codes: 0 done, 2 no request was found for any route.',
    arguments: [
      { name: 'FOLDER', about: 'the folder of the app; default: the current folder', optional: true },
    ],
    options: {
      run: { type: 'flag', about: 'Writes no entry file: `usertwo run` starts the app unchanged.' },
      'keep-login': { type: 'flag', about: 'Keeps the app’s own login next to that of usertwo.' },
      yes: { type: 'flag', about: 'Asks nothing and takes the most likely answers.' },
      json: jsonOption,
    },
    dependsOn: ['packages', 'machine'],
    examples: ['init --yes', 'init apps/api --run --yes'],
  }),
  fix: declare({
    name: 'fix',
    group: 'adopt',
    about: 'Rewrite owner ids, statements, or a driver for several users',
    details: 'Prints a diff to review. With --write it edits the files.',
    actions: {
      'owner-ids': {
        about: 'the owner’s id, where the app’s code and SQL contain it: the current user instead',
        arguments: [
          { name: 'FOLDER', about: 'the folder of the app; default: the current folder', optional: true },
        ],
      },
      driver: {
        about: 'Neon’s driver, and Drizzle over it: pg and drizzle-orm/node-postgres instead',
        arguments: [
          { name: 'FOLDER', about: 'the folder of the app; default: the current folder', optional: true },
        ],
      },
      columns: {
        about:
          'the columns in place of `*`, and the table in front of a column, in statements that fail once the owner column is there; needs a configuration',
        arguments: [
          { name: 'FOLDER', about: 'the folder of the app; default: the current folder', optional: true },
        ],
      },
      functions: {
        about:
          'a migration next to the app’s own, for functions that fail or change once the owner column is there, and for views and functions that read with the rights of their owner; needs a configuration',
        arguments: [
          { name: 'FOLDER', about: 'the folder of the app; default: the current folder', optional: true },
        ],
      },
    },
    options: {
      write: { type: 'flag', about: 'Edits the files.' },
      tests: {
        type: 'text',
        value: 'COMMAND',
        about: 'Runs these tests before and after. If they fail afterwards, the files stay as they were.',
        example: "'npm test'",
      },
      json: jsonOption,
    },
    examples: [
      'fix owner-ids',
      'fix columns',
      'fix functions',
      "fix owner-ids --write --tests 'npm test'",
      'fix driver --write',
    ],
  }),
  inventory: declare({
    name: 'inventory',
    group: 'adopt',
    about: 'List routes, tables, pages, client calls and hot spots',
    options: {
      write: { type: 'flag', about: 'Writes usertwo/inventory.json, which the gate of phase 1 reads.' },
      check: {
        type: 'flag',
        about: 'Compares with the written inventory. Ends with 1 if something has changed.',
      },
      markdown: { type: 'flag', about: 'Prints a page with tables and a diagram.' },
      json: jsonOption,
      config: configOption,
    },
    dependsOn: ['packages', 'machine'],
    examples: ['inventory --write', 'inventory --check'],
  }),
  baseline: declare({
    name: 'baseline',
    group: 'adopt',
    about: 'Record what the app answers its owner today',
    details:
      'Writes a HAR file that every gate replays. The requests come from `app.drive` of the configuration, from the app’s own tests (COMMAND), or from your clicks (--proxy).',
    actions: { record: { about: 'records on a copy of the app’s data' } },
    behind: {
      name: 'COMMAND',
      about: 'the app’s own tests, whose requests are recorded too',
      optional: true,
    },
    options: {
      proxy: { type: 'flag', about: 'Records what you click in a browser until you press Enter.' },
      port: {
        type: 'integer',
        value: 'N',
        min: 0,
        max: 65_535,
        about: 'The port for --proxy. Default: a free one.',
        example: '8080',
      },
      config: configOption,
    },
    dependsOn: ['packages', 'machine'],
    examples: ['baseline record', 'baseline record -- npm test', 'baseline record --proxy --port 8080'],
  }),
} as const
