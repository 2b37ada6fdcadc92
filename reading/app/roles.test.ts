import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { readApp } from './app.js'

async function roles(dependencies: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-roles-'))
  const page = "import { Form } from 'react-router'\nexport default () => <Form />"
  const files = {
    'package.json': JSON.stringify({ dependencies: { express: '5', react: '19', ...dependencies } }),
    'app/routes/page.tsx': page,
    'app/routes/notes.tsx': `${page}\nexport async function loader() { return db.query('select * from notes') }`,
    'app/routes/note.tsx': `${page}\nexport const action = async () => db.query('delete from notes')`,
  }
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text)
    }
    const { sources } = await readApp(folder)
    return Object.fromEntries(sources.map(({ role, source }) => [source.file.slice(11), role]))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('a page of React Router or Remix whose loader or action runs on the server is read as the server', async () => {
  for (const name of ['@react-router/express', '@remix-run/express'])
    expect(await roles({ [name]: '7' })).toEqual({
      'page.tsx': 'client',
      'notes.tsx': 'server',
      'note.tsx': 'server',
    })
  expect(Object.values(await roles({}))).toEqual(['client', 'client', 'client'])
})
