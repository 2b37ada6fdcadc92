import request from 'supertest'
import { afterEach, expect, test } from 'vitest'
import { type AuthApp, authApp, CODE } from '../../../../test/support/auth-app.js'
import { type ConfigInput, parseConfig } from '../../../config/config.js'
import { keptMail } from '../../../mail/kept-mail.js'
import { authMail } from '../links/auth-mail.js'
import { assertWords } from './assert-words.js'

const OWNER = { email: 'owner@example.com', password: 'a long enough one' }
const base = { app: { start: ['node', 'server.js'] }, owner: { id: 1 }, users: { table: 'users' } }
const withAuth = (auth: ConfigInput['auth']) => parseConfig({ ...base, auth })
const refusal = (words: Record<string, string>): string => {
  try {
    assertWords(withAuth({ words }))
    return ''
  } catch (error) {
    return (error as Error).message
  }
}
let one: AuthApp | undefined
afterEach(async () => {
  await one?.dispose()
  one = undefined
})

test('refuses an unknown name and suggests the nearest one, and lists all problems at once', () => {
  const said = refusal({ 'login.titel': 'Anmelden', 'mail.reset.text': 'Hallo', 'forgot.text': 'a\nb' })
  expect(said).toContain('auth.words.login.titel is not a text of usertwo; did you mean login.title?')
  expect(said).toContain('auth.words.mail.reset.text has to hold {link}')
  expect(said).toContain('auth.words.forgot.text is one line')
  expect(refusal({ constructor: 'x' })).toContain('auth.words.constructor is not a text of usertwo')
  expect(refusal({ 'login.title': 'Hallo {name}' })).toContain('holds {name}; filled in is nothing')
  expect(refusal({ 'mail.html': '<body></body>' })).toContain('has to hold {content}')
  expect(refusal({ 'mail.reset.subject': 'a\r\nBcc: x' })).toContain('control characters')
  expect(refusal({ lang: 'x" onload="y' })).toContain('the language of the texts')
  expect(refusal({ lang: 'de-AT', 'login.title': 'Anmelden', 'mail.invitation.text': '{link} {code}' })).toBe(
    '',
  )
  expect(() => withAuth({ words: { 'login.title': '' } })).toThrow('auth.words.login.title')
})

test('pages show the configured texts, escaped', async () => {
  one = await authApp({
    dial: 5,
    config: {
      auth: {
        words: {
          lang: 'de',
          error: 'Fehler:',
          'login.title': 'Anmelden <b>',
          'login.wrong': 'Das war es nicht.',
          'field.login': '"Wer" & \'was\'',
          show: '</script><script>x',
        },
      },
    },
  })
  const { text } = await request(one.app).get('/auth/login').expect(200)
  expect(text).toContain('<html lang="de">')
  expect(text).toContain('<h1>Anmelden &lt;b&gt;</h1>')
  expect(text).toContain('<label for="email">&quot;Wer&quot; &amp; &#39;was&#39;</label>')
  expect(text).toContain('<button type="submit">Log in</button>')
  const wrong = await request(one.app)
    .post('/auth/login')
    .set('Sec-Fetch-Site', 'same-origin')
    .type('form')
    .send(OWNER)
    .expect(401)
  expect(wrong.text).toContain('<title>Fehler: Anmelden &lt;b&gt;')
  expect(wrong.text).toContain('Das war es nicht.')
  const script = (await request(one.app).get('/auth/pages.js').expect(200)).text
  expect(JSON.parse(/^const words = (.+)$/m.exec(script)![1]!).show).toBe('</script><script>x')
  expect(() => new Function(script)).not.toThrow()
})

test('mail shows them as text and HTML, within the operator’s HTML', async () => {
  one = await authApp({
    dial: 5,
    env: { ENVIRONMENT: 'development' },
    config: {
      name: 'Comics <3',
      auth: {
        words: {
          'mail.html': '<table><td>{content}</td></table>',
          'mail.reset.subject': 'Neues Passwort für {app}',
          'mail.reset.text': 'Für <{app}> & dich.\n\n{link}\n\nOder hier: {link}',
          'mail.reset.link': 'Setzen >',
        },
      },
    },
  })
  const post = (path: string, body: object) => request(one!.app).post(`/api/auth${path}`).send(body)
  await post('/register', { ...OWNER, claim_code: CODE }).expect(202)
  await post('/password/forgot', { email: OWNER.email }).expect(202)
  await authMail(one.kit)!.sendDue()
  const [mail] = keptMail(one.kit).mails()
  const [, link] = /^(\/auth\/reset\?token=[\w-]+)$/m.exec(mail!.text)!
  expect(mail).toMatchObject({
    subject: 'Neues Passwort für Comics <3',
    text: `Für <Comics <3> & dich.\n\n${link}\n\nOder hier: ${link}`,
    html: `<table><td><p>Für &lt;Comics &lt;3&gt; &amp; dich.</p>\n<p><a href="${link}">Setzen &gt;</a></p>\n<p>Oder hier: ${link}</p></td></table>\n`,
  })
})

test('only valid colours are accepted, for each theme', async () => {
  for (const accent of ['red', '#12345', 'url(x)', '#fff;} body{display:none', '#fff\n', 'var(--x)'])
    expect(() => withAuth({ colours: { light: { accent } } })).toThrow('#1f5fbf')
  expect(() => withAuth({ colours: { light: { acent: '#fff' } as never } })).toThrow('did you mean accent?')
  one = await authApp({
    dial: 5,
    config: { auth: { colours: { light: { accent: '#0b6e4f', onAccent: '#FFF' }, dark: { ink: '#eee' } } } },
  })
  const { text } = await request(one.app).get('/auth/pages.css').expect(200)
  expect(text).toContain(':root { --accent: #0b6e4f; --on-accent: #FFF; }')
  expect(text).toContain('@media (prefers-color-scheme: dark) { :root { --ink: #eee; } }')
})
