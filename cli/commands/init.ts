import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { atMost, type Command, EXIT } from '../command.js'
import { guessLines } from '../init/guess.js'
import { configuredAt, initialise } from '../init/init.js'
import { askAt, takeGuess } from '../init/question.js'

export const command: Command = {
  name: 'init',
  usage: 'init [FOLDER] [--run] [--keep-login] [--yes] [--json]',
  about:
    'reads an app, runs it on a database that is thrown away, and writes its configuration, entry, helpers and recording; overwrites nothing',
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        run: { type: 'boolean', default: false }, // without an edit: `usertwo run` starts it
        'keep-login': { type: 'boolean', default: false }, // beside that of usertwo
        yes: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    })
    atMost(1, positionals, command)
    const folder = resolve(positionals[0] ?? '.')
    const print = (line: string) => {
      if (!values.json) console.log(line)
    }
    const asks = !values.yes && !values.json && process.stdin.isTTY && process.stdout.isTTY
    const there = configuredAt(folder)
    if (there) {
      if (values.json) console.log(JSON.stringify({ changed: false, configuration: there }))
      print(`${there} is there: nothing was changed. Next: npx usertwo gate`)
      return EXIT.go
    }
    const found = await initialise(
      folder,
      values,
      print,
      asks ? askAt(process.stdin, process.stdout) : takeGuess,
    )
    if (values.json) console.log(JSON.stringify({ changed: true, ...found }, null, 2))
    for (const line of ['', ...guessLines(found.guesses), '']) print(line)
    for (const file of found.written) print(`written: ${file}`)
    if (found.diff)
      for (const line of ['', 'Without a second entry the two edits are:', '', ...found.diff.split('\n'), ''])
        print(line)
    if (found.open.length)
      for (const line of ['Look at:', ...found.open.map((one) => `  ${one}`), '']) print(line)
    print('Next: npx usertwo gate')
    return EXIT.go
  },
}
