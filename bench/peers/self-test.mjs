// Before anything is measured: every variant returns the same to the same user, and refuses anonymous and
// logged-out requests.
import { isDeepStrictEqual } from 'node:util'
import { PARTS, rowsOf } from './requests.mjs'

/**
 * Checks a variant. It logs the last user out, who sends no more requests. @throws if a response is not as
 * expected
 */
export async function selfTest(name, { port, users, logout, csrf, endsLogins }) {
  const send = (headers, { method, path, body }) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
  const expect = async (what, answer, status, body) => {
    const text = await answer.text()
    if (answer.status === status && (body === undefined || isDeepStrictEqual(JSON.parse(text), body))) return
    const meant = `${status} ${body === undefined ? '' : JSON.stringify(body)}`.trim()
    throw new Error(`${name}: ${what} returned ${answer.status} ${text}\nexpected ${meant}`)
  }

  for (const [part, request] of Object.entries(PARTS))
    await expect(`${part} of the first user`, await send(users[0], request), request.status, request.answer)
  // Without logins, every request is handled as the first user's.
  if (logout === null)
    return await expect('the last user’s list', await send(users.at(-1), PARTS.list), 200, rowsOf(1))

  await expect('the list of the second user', await send(users[1], PARTS.list), 200, rowsOf(2))
  for (const [part, request] of Object.entries(PARTS))
    await expect(`${part} without a login`, await send({}, request), 401)

  const last = users.length
  const gone = users.pop()
  await expect('the last user’s list', await send(gone, PARTS.list), 200, rowsOf(last))
  if (!endsLogins) return
  const proof = csrf && (await (await send(gone, { method: 'GET', path: csrf })).json()).csrfToken
  const left = await send(
    { ...gone, ...(proof && { 'x-csrf-token': proof }) },
    { method: 'POST', path: logout },
  )
  if (!left.ok) throw new Error(`${name}: the logout returned ${left.status} ${await left.text()}`)
  await expect('the list after the logout', await send(gone, PARTS.list), 401)
}
