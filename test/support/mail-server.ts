import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export interface MailServer {
  url: string
  /** what it has taken: to whom, and the whole message as it came */
  taken: { to: string[]; raw: string }[]
  /** it answers every message with 451 while true */
  refuses: boolean
  stop(): Promise<void>
}

/** A mail server on loopback that keeps what it is sent. */
export async function mailServer(): Promise<MailServer> {
  const held: Pick<MailServer, 'taken' | 'refuses'> = { taken: [], refuses: false }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, { envelope }, done) {
      let raw = ''
      stream.on('data', (chunk) => (raw += chunk))
      stream.on('end', () => {
        if (held.refuses) return done(Object.assign(new Error('no room for it'), { responseCode: 451 }))
        held.taken.push({ to: envelope.rcptTo.map(({ address }) => address), raw })
        done()
      })
    },
  })
  // A client that disconnects during a mail must not end the process.
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return Object.assign(held, {
    url: `smtp://127.0.0.1:${port}`,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  })
}

/** The addresses of links in the text of a message, as it came over the wire. */
export function linksIn(raw: string): string[] {
  const [text = ''] = raw
    .replace(/=\r\n/g, '')
    .replace(/=3D/g, '=')
    .split(/text\/html/)
  return [...text.matchAll(/https:\/\/[^\s"<]+/g)].map(([link]) => link)
}
