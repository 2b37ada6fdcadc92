import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Acting } from '../context.js'
import { shared } from './store.js'

/** A span that the app's own exporter gets. Its attributes name no user, and hold nothing that was sent. */
export interface TraceSpan {
  note(name: 'usertwo.outcome', value: 'accepted' | 'refused'): void
  /** marks it as failed: by the code of a refusal, otherwise by the name of the error */
  fail(error: unknown): void
  end(): void
}
/** The ids of the current span, for a line of the log. */
export interface TraceIds {
  trace_id: string
  span_id: string
}
export interface Tracing {
  /** the context of the calling code */
  active(): object
  /** Begins a span below that of `parent`; it does not become the current one, so that the app's stays. */
  begin(name: `usertwo.${string}`, who?: Acting | null, parent?: object): TraceSpan
  /** null outside every span */
  ids(): TraceIds | null
}

/** The parts of `@opentelemetry/api` that are used. */
interface Api {
  context: { active(): object }
  trace: {
    getTracer(name: string): {
      startSpan(name: string, options: { attributes?: Record<string, string> }, parent: object): ApiSpan
    }
    getSpanContext(context: object): { traceId: string; spanId: string } | undefined
  }
  SpanStatusCode: { ERROR: number }
}
interface ApiSpan {
  setAttribute(name: string, value: string): void
  setStatus(status: { code: number }): void
  end(): void
}

/** Where every copy of the package, from 1.0, keeps what the app has registered. */
const REGISTERED = Symbol.for('opentelemetry.js.api.1')
const PLACES = [process.argv[1], join(process.cwd(), 'app.js'), fileURLToPath(import.meta.url)]

const state = shared('tracing', () => ({ now: null as Tracing | null }))

/** Null where the app has registered no tracer: then nothing is loaded, and a request costs a look at this. */
export const tracing = (): Tracing | null => state.now

/** Looks whether the app has registered a tracer, which it does before it makes its app. */
export function beginTracing(): void {
  const registered = Reflect.get(globalThis, REGISTERED) as { trace?: object } | undefined
  state.now = registered?.trace ? tracingBy(loadApi()) : null
}

/** What is registered belongs to all copies of the package. The app's own comes first, as it is as new as that. */
function loadApi(): Api | null {
  for (const place of PLACES) {
    try {
      if (place) return createRequire(place)('@opentelemetry/api') as Api
    } catch {} // not installed there
  }
  return null
}

function tracingBy(api: Api | null): Tracing | null {
  if (!api) return null
  const { context, trace, SpanStatusCode } = api
  const tracer = trace.getTracer('usertwo')
  return {
    active: () => context.active(),
    begin(name, who, parent = context.active()) {
      const attributes: Record<string, string> =
        who === undefined ? {} : { 'usertwo.acting': who?.kind ?? 'anonymous' }
      const span = tracer.startSpan(name, { attributes }, parent)
      return {
        note: (what, value) => span.setAttribute(what, value),
        fail(error) {
          const { code, name: type = 'Error' } = error as { code?: unknown; name?: string }
          span.setAttribute('error.type', typeof code === 'string' ? code : type)
          span.setStatus({ code: SpanStatusCode.ERROR })
        },
        end: () => span.end(),
      }
    },
    ids() {
      const known = trace.getSpanContext(context.active())
      return known ? { trace_id: known.traceId, span_id: known.spanId } : null
    },
  }
}
