import { expect, test } from 'vitest'
import { mailServer } from '../../test/support/mail-server.js'
import { transport } from './transport.js'

test('mail to a reserved address is not sent, and counts as sent', async () => {
  const server = await mailServer()
  const way = transport({ SMTP_URL: server.url, MAIL_FROM: 'app@example.com' })!
  const mail = { subject: 'a', text: 'a', html: 'a' }
  await way.send({ ...mail, to: 'smoke+1@example.invalid' })
  await way.send({ ...mail, to: 'ann@example.com' })
  expect(server.taken.map(({ to }) => to)).toEqual([['ann@example.com']])
  way.close()
  await server.stop()
})
