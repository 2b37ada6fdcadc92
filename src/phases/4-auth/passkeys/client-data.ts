/** What the browser signs of the page that used the passkey (W3C, Web Authentication, 5.8.1). */
export interface ClientData {
  challenge: string
  origin: string
}

/** Reads it, unverified; null: it cannot be read, or the page was in a frame of another site. */
export function clientData(encoded: string): ClientData | null {
  try {
    const { challenge, origin, crossOrigin } = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'))
    if (typeof challenge !== 'string' || typeof origin !== 'string' || crossOrigin === true) return null
    return { challenge, origin }
  } catch {
    return null
  }
}
