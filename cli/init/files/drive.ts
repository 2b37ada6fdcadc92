import { type Call, formOf } from '../day/try-routes.js'
import { quoted } from './quoted-text.js'

/** The owner's day as a program. */
export function driveText(
  calls: readonly Call[],
  { forms, headers }: { forms: boolean; headers: Record<string, string> },
): string {
  const own = Object.entries(headers).map(
    ([name, value]) => `'${name}': \`${value.replace(/\$(\w+)/g, (_, key) => `\${process.env.${key}}`)}\``,
  )
  const sent = forms
    ? `{ 'content-type': 'application/x-www-form-urlencoded'${own.map((one) => `, ${one}`).join('')} }`
    : `{ 'content-type': 'application/json'${own.map((one) => `, ${one}`).join('')} }`
  const plain = own.length ? `{ ${own.join(', ')} }` : '{}'
  return `// The owner's requests, one for each route; the app answered each of them when this file was written. The gates record
// them, and the owner must get the same answers at every phase: add what matters to you.
const call = async (method, path, body) => {
  const headers = body === undefined ? ${plain} : ${sent}
  const answer = await fetch(new URL(path, process.env.BASE_URL), { method, headers, redirect: 'manual', body })
  await answer.text()
}

${calls.map((call) => line(call, forms)).join('\n')}
`
}

function line({ method, path, body }: Call, forms: boolean): string {
  const given = [method, path].map((text) => quoted(text))
  if (body) given.push(quoted(forms ? formOf(body) : JSON.stringify(body)))
  return `await call(${given.join(', ')})`
}
