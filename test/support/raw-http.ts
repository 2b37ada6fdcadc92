import { connect } from 'node:net'

/** Sends exactly these bytes (text as Latin-1) and gives back all that comes until the other side ends. */
export function rawRequest(port: number, bytes: string | Buffer, patience = 20_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes),
    )
    let text = ''
    socket.setTimeout(patience, () => socket.destroy(new Error(`no end of the answer in ${patience} ms`)))
    socket
      .on('data', (chunk) => (text += chunk.toString('latin1')))
      // A server may refuse in the middle of a request: what it said before counts.
      .on('error', (error) => (text ? resolve(text) : reject(error)))
      .on('close', () => resolve(text))
  })
}

/** The status of a raw answer; 0 where there was none. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)
}
