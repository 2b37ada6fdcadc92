import { IncomingMessage, type Server, type ServerOptions, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { InnerApp } from './inner-app.js'

/** The classes of a server's requests and responses (`createServer` of Node). */
export type RequestClasses = Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>

/**
 * Returns classes whose prototypes are those of the app's Express, so that Express has nothing to change. V8
 * gives an object whose prototype was changed a new hidden class with each property, which slows down all
 * code that reads it (a bare Express app takes twice as long; the V8 of Node 24 no longer does this).
 */
export function requestClasses(
  { request, response }: InnerApp,
  node = { IncomingMessage, ServerResponse },
): RequestClasses {
  if (!(request instanceof node.IncomingMessage) || !(response instanceof node.ServerResponse)) return {}
  const Request = withPrototype(node.IncomingMessage, request)
  const Response = withPrototype(node.ServerResponse, response)
  try {
    new Response(new Request(new Socket()))
  } catch {
    // Where Node defines these as classes, they cannot be called; the app's Express sets the prototype.
    return {}
  }
  return { IncomingMessage: Request, ServerResponse: Response }
}

function withPrototype<Class extends typeof IncomingMessage | typeof ServerResponse>(
  made: Class,
  prototype: object,
): Class {
  // By a call, because `Reflect.construct` also gives each object its own hidden class.
  const make = made as unknown as (this: object, ...args: unknown[]) => void
  function Made(this: object, first: unknown, second: unknown) {
    make.call(this, first, second)
  }
  Made.prototype = prototype
  return Object.setPrototypeOf(Made, made)
}

/** Makes an existing server use these classes, unless it has its own. */
export function useClasses(server: Server, classes: RequestClasses): void {
  const own = server as unknown as Record<symbol, unknown>
  for (const symbol of Object.getOwnPropertySymbols(server)) {
    const { description } = symbol
    if (description === 'IncomingMessage' && own[symbol] === IncomingMessage)
      own[symbol] = classes.IncomingMessage ?? IncomingMessage
    if (description === 'ServerResponse' && own[symbol] === ServerResponse)
      own[symbol] = classes.ServerResponse ?? ServerResponse
  }
}
