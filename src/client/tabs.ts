import type { Platform } from './platform.js'

/** Messages from one tab to the others of the same origin. */
export type News =
  | { type: 'login' }
  | { type: 'logout' }
  | { type: 'expired' }
  /** the new access token, from memory to memory */
  | { type: 'refresh'; access: string; seconds: number }

export interface Tabs {
  tell(news: News): void
  /** @returns the next message of that kind, null if none arrives in time */
  next(type: News['type'], ms: number): Promise<News | null>
  /** Resolves when the other tabs should have received all messages. */
  delivered(): Promise<void>
  close(): void
}

/** milliseconds in which a message reaches the other tabs */
const DELIVERY = 500

export function tabs(platform: Platform, name: string, hear: (news: News) => void): Tabs {
  const channel = platform.channel(name)
  const waiting = new Set<(news: News) => void>()
  if (channel)
    channel.onmessage = ({ data }) => {
      const news = data as News
      hear(news)
      for (const told of waiting) told(news)
    }
  return {
    tell: (news) => channel?.postMessage(news),
    next(type, ms) {
      if (!channel) return Promise.resolve(null)
      return new Promise((done) => {
        const told = (news: News | null) => {
          if (news && news.type !== type) return
          cancel()
          waiting.delete(told)
          done(news)
        }
        const cancel = platform.after(ms, () => told(null))
        waiting.add(told)
      })
    },
    delivered: () => new Promise((done) => void (channel ? platform.after(DELIVERY, done) : done())),
    close: () => channel?.close(),
  }
}
