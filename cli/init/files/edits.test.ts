import { expect, test } from 'vitest'
import { fileParser } from '../../../reading/syntax/sources.js'
import { calledMember, isCall } from '../../../reading/syntax/syntax.js'
import { type Node, traverse } from '../../../reading/syntax/tree.js'
import { listenEdit } from './edits.js'

async function edited(text: string): Promise<string | undefined> {
  const source = (await fileParser('.'))('server.js', text)
  const calls: Node[] = []
  traverse(source.tree, (node) => {
    if (isCall(node) && calledMember(node)?.name === 'listen') calls.push(node)
  })
  return listenEdit(calls[0]!, source, text)?.add.join('\n')
}

test.each([
  ['app.listen(3000, () => console.log(1))', '.listen(3000).then(() => console.log(1))'],
  ['app.listen(3000, function () { up() })', '.listen(3000).then(function () { up() })'],
  // Express 5 gives an error; usertwo rejects in its place, and gives the server.
  [
    'app.listen(3000, (error) => { if (error) throw error })',
    '.listen(3000).then(() => ((error) => { if (error) throw error })())',
  ],
  ['app.listen(3000, done)', '.listen(3000).then(() => done())'],
])('what is called after %s gets no argument', async (text, changed) => {
  expect(await edited(text)).toBe(`usertwo(app, usertwoConfig)${changed} // edit 2: around the app`)
})
