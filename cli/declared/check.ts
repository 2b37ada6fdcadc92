import { PHASES } from '../../src/config/dial.js'
import { ENVIRONMENTS } from '../rollout/environments.js'
import { declare } from './declaration.js'
import { configOption, jsonOption, readOptions, writeOptions } from './shared-options.js'

const NUMBERS = PHASES.map((_, at) => String(at + 1))

/** Commands that check the app, the machine or the deployment. */
export const checkCommands = {
  gate: declare({
    name: 'gate',
    group: 'check',
    about: 'Run the checks of a phase, or of all: GO or NO-GO',
    details:
      'Runs the app on a throw-away database and attacks it there. Exit codes: 0 GO, 1 NO-GO, 2 could not tell.',
    arguments: [{ name: 'N', about: 'one phase, by number or name; default: all', optional: true }],
    options: {
      through: { type: 'text', value: 'N', about: 'Runs all phases up to this one.', example: '6' },
      only: {
        type: 'text',
        value: 'ID,ID',
        multiple: true,
        about: 'Runs only these checks.',
        example: 'isolation.schema,schema.shape',
      },
      prove: { type: 'flag', about: 'Also runs each check against the defects that must turn it red.' },
      changed: {
        type: 'flag',
        about:
          'Runs only the phases whose last gate on this machine was not GO, or read anything that has changed since; says why. In doubt all.',
      },
      record: {
        type: 'flag',
        about:
          'After a GO notes these phases in usertwo.gate.json, which opens registration in production. The others keep what was noted of them.',
      },
      part: {
        type: 'text',
        value: 'FOLDER',
        about:
          'After a GO writes usertwo.part.json to this folder: what --record would note, for `usertwo verdict` to join.',
        example: 'usertwo-gate',
      },
      dump: {
        type: 'text',
        value: 'FILE',
        about: 'Runs on this dump (plain SQL) instead of the app’s migrations and seed.',
        example: 'app.sql',
      },
      reporter: {
        type: 'text',
        value: 'NAME,NAME',
        multiple: true,
        about: 'The form of the report: table, json, junit, markdown, github or html. Default: table.',
        example: 'table,html',
      },
      output: {
        type: 'text',
        value: 'PATH',
        about: 'The file for one document, the folder for several.',
        example: 'report.html',
      },
      json: { type: 'flag', about: 'The same as --reporter json.' },
      timings: { type: 'flag', about: 'Also prints where the time of each check went, in seconds.' },
      workers: {
        type: 'integer',
        value: 'N',
        min: 1,
        about: 'How many checks run at a time. Default: 2.',
        example: '4',
      },
      config: configOption,
    },
    dependsOn: ['packages', 'machine'],
    examples: [
      'gate',
      'gate 6 --only isolation.foreign-ids',
      'gate --through 6 --record',
      'gate --changed',
      'gate --reporter html --output report.html',
    ],
  }),
  verdict: declare({
    name: 'verdict',
    group: 'check',
    about: 'Join the parts of the CI jobs, and write usertwo.gate.json',
    details:
      'Writes nothing unless every phase is GO, and all jobs ran the app, the configuration and the usertwo of this folder. Exit codes: 0 GO, 1 NO-GO.',
    arguments: [
      { name: 'FOLDER', about: 'where the parts are: every usertwo.part.json in it and below is read' },
    ],
    options: {
      through: {
        type: 'integer',
        value: 'N',
        min: 1,
        max: PHASES.length,
        default: PHASES.length,
        about: 'The last phase that must be GO.',
        example: '6',
      },
      config: configOption,
    },
    examples: ['verdict usertwo-parts', 'verdict usertwo-parts --through 6'],
  }),
  ci: declare({
    name: 'ci',
    group: 'check',
    about: 'Write the pipeline that runs the gates, a job for each phase',
    details: 'Overwrites no file. `usertwo init` writes the one of GitHub.',
    actions: {
      init: {
        about: 'writes .github/workflows/usertwo.yml, .gitlab-ci.yml or usertwo/gates.sh',
        arguments: [{ name: 'SERVER', about: 'github, gitlab or shell' }],
      },
    },
    options: {
      check: {
        type: 'flag',
        about: 'Writes nothing. Ends with 1 if the file is missing or differs from what would be written.',
      },
      json: jsonOption,
      config: configOption,
    },
    examples: ['ci init gitlab', 'ci init github --check'],
  }),
  test: declare({
    name: 'test',
    group: 'check',
    about: 'Run the app’s own tests, bare and then under the layers',
    details:
      'The tests run unchanged, as the owner, on copies of the database. Exit codes: 0 no test is lost, 1 a test is lost, 2 nothing was shown.',
    behind: { name: 'COMMAND', about: 'how the tests are run' },
    options: {
      phase: {
        type: 'choice',
        value: 'N|every',
        of: [...NUMBERS, 'every'],
        default: String(PHASES.length),
        about: 'The dial under which the tests run the second time.',
        example: 'every',
      },
      dump: {
        type: 'text',
        value: 'FILE',
        about: 'Runs on this dump (plain SQL) instead of the app’s migrations and seed.',
        example: 'app.sql',
      },
      serve: {
        type: 'flag',
        about: 'Starts the app first, for tests that ask a running server, and sets BASE_URL.',
      },
      config: configOption,
    },
    dependsOn: ['packages', 'machine'],
    examples: ['test -- npm test', 'test --phase every -- npx mocha'],
  }),
  doctor: declare({
    name: 'doctor',
    group: 'check',
    about: 'Find out what is wrong with this machine or deployment',
    details:
      'Looks at versions, second copies of packages, the database login and its rights, poolers, proxies, browser and mail. Changes nothing.',
    arguments: [{ name: 'URL', about: 'the address of a deployment to look at as well', optional: true }],
    options: readOptions,
    examples: ['doctor', 'doctor https://app.example.com --database postgres://app:password@host/app'],
  }),
  smoke: declare({
    name: 'smoke',
    group: 'check',
    about: 'Check a deployment after a deploy, with two users of its own',
    details:
      'Logs in, refreshes, logs out and attacks at the deployment itself, then removes its two users. Exit codes: 0 GO, 1 NO-GO, 2 could not tell.',
    arguments: [{ name: 'URL', about: 'the address of the deployment, e.g. https://staging.example.com' }],
    options: {
      row: {
        type: 'text',
        value: 'REQUEST',
        multiple: true,
        about: 'A request that makes a row. May be given more than once. Default: those of the recording.',
        example: `'POST /api/notes {"text":"x"}'`,
      },
      only: {
        type: 'text',
        value: 'ID,ID',
        default: '',
        about: 'Only these items of the checklist.',
        example: 'smoke.login,smoke.rows',
      },
      wait: { type: 'flag', about: 'Waits until an access token has expired.' },
      record: {
        type: 'choice',
        value: 'NAME',
        of: ENVIRONMENTS,
        about:
          'On GO, notes the dial of the deployment in usertwo/environments.json, under development, staging or production. `status` and `rollout` compare the environments by it.',
        example: 'staging',
      },
      ...writeOptions,
    },
    dependsOn: ['database'],
    examples: ['smoke https://staging.example.com', 'smoke https://app.example.com --allow-remote --json'],
  }),
} as const
