import { once } from 'node:events'
import { SMTPServer } from 'smtp-server'

/** Accepts every e-mail on loopback and keeps none. */
export async function mailServer() {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => stream.resume().on('end', () => done()),
  })
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  return {
    url: `smtp://127.0.0.1:${listening.address().port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}
