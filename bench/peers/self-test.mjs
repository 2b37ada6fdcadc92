// Before anything is measured: every variant answers the same to the same person, and refuses whom it is there to refuse.
import { isDeepStrictEqual } from 'node:util'
import { PARTS, PEOPLE, rowsOf } from './asked.mjs'

/** @throws where a variant answers otherwise. The last person is logged out by it, and asks nothing any more. */
export async function selfTest(name, { port, people, logout, csrf, endsLogins }) {
  const ask = (headers, { method, path, body }) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
  const expect = async (what, answer, status, body) => {
    const text = await answer.text()
    if (answer.status === status && (body === undefined || isDeepStrictEqual(JSON.parse(text), body))) return
    const meant = `${status} ${body === undefined ? '' : JSON.stringify(body)}`.trim()
    throw new Error(`${name}: ${what} is answered ${answer.status} ${text}\nwhere it is to be ${meant}`)
  }

  for (const [part, asked] of Object.entries(PARTS))
    await expect(`${part} of the first person`, await ask(people[0], asked), asked.status, asked.answer)
  // Without logins every request is the first user's.
  if (logout === null)
    return await expect('the last person’s list', await ask(people.at(-1), PARTS.list), 200, rowsOf(1))

  await expect('the list of the second person', await ask(people[1], PARTS.list), 200, rowsOf(2))
  for (const [part, asked] of Object.entries(PARTS))
    await expect(`${part} without a login`, await ask({}, asked), 401)

  const gone = people.pop()
  await expect('the last person’s list', await ask(gone, PARTS.list), 200, rowsOf(PEOPLE))
  if (!endsLogins) return
  const proof = csrf && (await (await ask(gone, { method: 'GET', path: csrf })).json()).csrfToken
  const left = await ask(
    { ...gone, ...(proof && { 'x-csrf-token': proof }) },
    { method: 'POST', path: logout },
  )
  if (!left.ok) throw new Error(`${name}: the logout is answered ${left.status} ${await left.text()}`)
  await expect('the list after the logout', await ask(gone, PARTS.list), 401)
}
