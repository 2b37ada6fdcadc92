import { resolve } from 'node:path'
import { EXIT, implement } from '../command.js'
import { adoptCommands } from '../declared/adopt.js'
import { during } from '../during.js'
import { firstConfiguration } from '../init/files/first-configuration.js'
import { guessLines } from '../init/guess.js'
import { configuredAt, initialise } from '../init/init.js'
import { findServerPackage, gateCommand } from '../init/monorepo/server-package.js'
import { askAt, takeGuess } from '../init/question.js'

const LOOK = 'do what is above, take away what is written, and run init again'

export const command = implement(adoptCommands.init, async ({ values, words }) => {
  const given = resolve(words[0] ?? '.')
  const print = (line: string) => {
    if (!values.json) console.log(line)
  }
  const asks = !values.yes && !values.json && process.stdin.isTTY && process.stdout.isTTY
  const { folder, says } = configuredAt(given)
    ? { folder: given, says: null }
    : await during('reading the packages', () => findServerPackage(given))
  if (says) print(says)
  const there = configuredAt(folder)
  const first = there ? await firstConfiguration(folder, there) : null
  if (there && !first) {
    if (values.json) console.log(JSON.stringify({ changed: false, folder, configuration: there }))
    print(`${there} is there: nothing was changed. Next: ${gateCommand(folder)}`)
    print('It has more than app. To have it written again, move it away and run init.')
    return EXIT.go
  }
  // A question would be written over by a line that is redrawn.
  const found = asks
    ? await initialise(folder, values, print, askAt(process.stdin, process.stdout), first)
    : await during('reading and running the app', (progress) =>
        initialise(folder, values, values.json ? () => {} : progress.print, takeGuess, first),
      )
  if (values.json) console.log(JSON.stringify({ changed: true, folder, ...found }, null, 2))
  for (const line of ['', ...guessLines(found.guesses), '']) print(line)
  for (const file of found.written) print(`${file === first?.file ? 'completed' : 'written'}: ${file}`)
  if (found.diff)
    for (const line of ['', 'Without a second entry the two edits are:', '', ...found.diff.split('\n'), ''])
      print(line)
  if (found.open.length)
    for (const line of ['Look at:', ...found.open.map((one) => `  ${one}`), '']) print(line)
  if (found.isEmpty) {
    print(`No request was found for any route, so a gate has nothing to attack. Next: ${LOOK}`)
    return EXIT.unknown
  }
  print(`Next: ${gateCommand(folder)}`)
  return EXIT.go
})
