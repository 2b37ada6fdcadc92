import { redactText } from './redact-text.js'

/** Text in bytes is masked; bytes in which nothing was masked are passed on unchanged, binary or not. */
function redactBytes(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  const masked = redactText(text)
  return masked === text ? bytes : Buffer.from(masked)
}

/** Returns what the app wrote, text or bytes, in a form that may be printed; the same value if there was nothing to mask. */
export function safeChunk(chunk: unknown): unknown {
  // A failure to redact must not stop the app.
  try {
    if (typeof chunk === 'string') return redactText(chunk)
    return chunk instanceof Uint8Array ? redactBytes(chunk) : chunk
  } catch {
    return '[a line that could not be redacted]\n'
  }
}
