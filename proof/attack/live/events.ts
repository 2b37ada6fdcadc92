import { withoutHeartbeats } from '../../gate/app/http.js'
import { jsonIn } from '../../gate/json.js'
import type { LivePlace } from './places.js'

/** An event that came to a connection. */
export interface PushedEvent {
  text: string
  /** the text without marks, numbers and what is made at random */
  plain: string
  /** the name of the event and of the members of its data, which stay when their values change */
  shape: string
}

/** Returns the events in what came to a connection, without comments, which are heartbeats. */
export function eventsIn(kind: LivePlace['kind'], came: string): PushedEvent[] {
  const texts = kind === 'stream' ? withoutHeartbeats(came).split(/\r?\n\r?\n/) : came.split('\n')
  return texts
    .map((text) => text.replace(/^(?:id|retry):.*(?:\r?\n|$)/gm, '').trim())
    .filter((text) => text !== '')
    .map((text) => ({ text, plain: plainOf(text), shape: shapeOf(text) }))
}

const plainOf = (text: string) => text.replace(/[ -]?cnry[a-z]{12}/g, '').replace(/[0-9a-f-]{8,}|\d+/gi, '#')

function shapeOf(text: string): string {
  const [name = ''] = /^event:.*$/m.exec(text) ?? []
  const data = /^data:/m.test(text)
    ? [...text.matchAll(/^data: ?(.*)$/gm)].map(([, line]) => line).join('\n')
    : text
  // Socket.IO puts numbers in front of its JSON.
  return `${name} ${membersOf(jsonIn(data.replace(/^\d+(?=[[{])/, '')))}`
}

function membersOf(value: unknown): string {
  if (Array.isArray(value)) return `[${[...new Set(value.map(membersOf))].join()}]`
  if (typeof value !== 'object' || value === null) return typeof value
  const members = Object.entries(value).map(([name, inner]) => `${name}:${membersOf(inner)}`)
  return `{${members.sort().join()}}`
}

/** What comes to a connection while the owner does nothing. */
export class Quiet {
  private windows = 0
  /** by shape: in how many windows each text came */
  private readonly known = new Map<string, Map<string, number>>()

  /** Notes what came in one window. */
  add(events: readonly PushedEvent[]): void {
    this.windows++
    for (const one of new Map(events.map((event) => [event.shape + event.plain, event])).values()) {
      const texts = this.known.get(one.shape) ?? new Map<string, number>()
      this.known.set(one.shape, texts.set(one.plain, (texts.get(one.plain) ?? 0) + 1))
    }
  }

  /** Returns the events that do not come then. Of a shape whose texts change by themselves none is new. */
  newIn(events: readonly PushedEvent[]): PushedEvent[] {
    return events.filter(({ shape, plain }) => {
      const texts = this.known.get(shape)
      return !texts || (!texts.has(plain) && [...texts.values()].every((times) => times === this.windows))
    })
  }
}
