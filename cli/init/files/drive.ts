import { type Call, formOf } from '../day/try-routes.js'
import { quoted } from './quoted-text.js'

/** The app's own login, as the owner uses it. */
interface DriveLogin {
  post: string
  /** where the answer holds a token, as a path of fields; undefined: the login sets cookies */
  token?: string | undefined
  /** false: the header holds the token alone */
  bearer?: boolean | undefined
}

/** The owner's day as a program. */
export function driveText(
  calls: readonly Call[],
  {
    cookies,
    headers,
    named,
    login,
    header,
  }: {
    /** the app sets cookies */
    cookies: boolean
    headers: Record<string, string>
    named: Record<string, string>
    login: DriveLogin | null
    /** the header that holds the token */
    header: string
  },
): string {
  const own = [
    ...Object.entries(headers).map(
      ([name, value]) => `'${name}': \`${value.replace(/\$(\w+)/g, (_, key) => `\${process.env.${key}}`)}\``,
    ),
    // As the proxy names the owner.
    ...Object.entries(named).map(([name, value]) => `'${name}': ${quoted(value)}`),
  ]
  // With both kinds a form is URLSearchParams, whose type fetch sets.
  const kinds = new Set(calls.filter(({ body }) => body).map(({ as }) => as))
  const mixed = kinds.size > 1
  const type = mixed || !kinds.has('form') ? 'application/json' : 'application/x-www-form-urlencoded'
  const sent = `{ 'content-type': '${type}'${own.map((one) => `, ${one}`).join('')} }`
  const held = [
    ...(login?.token ? [byToken(login.post, login.token, header, login.bearer ?? true)] : []),
    ...(cookies || (login && !login.token) ? [BY_COOKIES] : []),
  ]
  const written = (part: keyof typeof BY_COOKIES) => held.map((one) => one[part]).join('')
  const plain = own.length ? `{ ${own.join(', ')} }` : '{}'
  return `// The owner's requests, one for each route; the app answered each of them when this file was written. The gates record
// them, and the owner must get the same answers at every phase: add what matters to you.
${login ? FIRST : ''}${written('declares')}const call = async (method, path, body) => {
  const headers = ${mixed ? `typeof body !== 'string'` : 'body === undefined'} ? ${plain} : ${sent}
${written('sends')}  const answer = await fetch(new URL(path, process.env.BASE_URL), { method, headers, redirect: 'manual', body })
${login?.token ? '  const text = await answer.text()' : '  await answer.text()'}
${written('keeps')}}

${calls.map((call) => line(call, mixed)).join('\n')}
`
}

const FIRST = `// The first one logs in, with the password that usertwo/seed.sql gives the owner for gates.
`
/** As a browser keeps them. */
const BY_COOKIES = {
  declares: `const cookies = new Map()
`,
  sends: `  if (cookies.size) headers.cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
`,
  keeps: `  for (const set of answer.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)
    if (/; *(?:max-age=0|expires=thu, 01 jan 1970)/i.test(set)) cookies.delete(name)
    else cookies.set(name, value)
  }
`,
}

/** @param token where the answer of the login holds it */
function byToken(post: string, token: string, header: string, bearer: boolean): typeof BY_COOKIES {
  const members = token.split('.').map((name) => `[${quoted(name)}]`)
  const held = header === 'authorization' ? 'headers.authorization' : `headers[${quoted(header)}]`
  return {
    declares: `let token
`,
    sends: `  if (token) ${held} = ${bearer ? `\`Bearer \${token}\`` : 'token'}
`,
    keeps: `  if (path === ${quoted(post)} && answer.ok) token = JSON.parse(text)${members.join('')}
`,
  }
}

function line({ method, path, body, as }: Call, mixed: boolean): string {
  const given = [method, path].map((text) => quoted(text))
  const text = body && quoted(as === 'form' ? formOf(body) : JSON.stringify(body))
  if (text) given.push(mixed && as === 'form' ? `new URLSearchParams(${text})` : text)
  return `await call(${given.join(', ')})`
}
