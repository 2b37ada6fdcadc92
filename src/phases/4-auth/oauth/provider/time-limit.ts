import { ProviderFailed } from './provider-failed.js'

/** How long a provider may take to answer one request. Seconds. */
export const REQUEST_SECONDS = 5
/** How long everything may take that one page waits for. ms */
const LIMIT_MS = 5_000

/** Waits for a provider no longer than a user does. @throws ProviderFailed `away` */
export async function withinTime<Made>(work: Promise<Made>): Promise<Made> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ProviderFailed('away', 'timeout')), LIMIT_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
