import { type Call, formOf } from '../day/try-routes.js'
import { quoted } from './quoted-text.js'

/** The owner's day as a program. */
export function driveText(
  calls: readonly Call[],
  {
    forms,
    headers,
    named,
    login,
  }: { forms: boolean; headers: Record<string, string>; named: Record<string, string>; login: boolean },
): string {
  const own = [
    ...Object.entries(headers).map(
      ([name, value]) => `'${name}': \`${value.replace(/\$(\w+)/g, (_, key) => `\${process.env.${key}}`)}\``,
    ),
    // As the proxy names the owner.
    ...Object.entries(named).map(([name, value]) => `'${name}': ${quoted(value)}`),
  ]
  const sent = forms
    ? `{ 'content-type': 'application/x-www-form-urlencoded'${own.map((one) => `, ${one}`).join('')} }`
    : `{ 'content-type': 'application/json'${own.map((one) => `, ${one}`).join('')} }`
  const plain = own.length ? `{ ${own.join(', ')} }` : '{}'
  return `// The owner's requests, one for each route; the app answered each of them when this file was written. The gates record
// them, and the owner must get the same answers at every phase: add what matters to you.
${login ? LOGIN : ''}const call = async (method, path, body) => {
  const headers = body === undefined ? ${plain} : ${sent}
${login ? SENDS : ''}  const answer = await fetch(new URL(path, process.env.BASE_URL), { method, headers, redirect: 'manual', body })
${login ? KEEPS : ''}  await answer.text()
}

${calls.map((call) => line(call, forms)).join('\n')}
`
}

const LOGIN = `// The first one logs in, with the password that usertwo/seed.sql gives the owner for gates.
const cookies = new Map()
`
const SENDS = `  if (cookies.size) headers.cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
`
const KEEPS = `  for (const set of answer.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)
    cookies.set(name, value)
  }
`

function line({ method, path, body }: Call, forms: boolean): string {
  const given = [method, path].map((text) => quoted(text))
  if (body) given.push(quoted(forms ? formOf(body) : JSON.stringify(body)))
  return `await call(${given.join(', ')})`
}
