import type { HeardTraffic } from '../gate/preload/traffic.js'
import type { Project } from '../gate/project.js'
import type { Templates } from '../gate/templates.js'
import { requestKind } from '../gate/traffic/kind.js'
import type { ProxiedRequest } from '../gate/traffic/recording-proxy.js'
import { runTests } from './run-tests.js'

/** The maximum of requests of one kind that are taken from tests, which send some a hundred times. */
const OF_ONE_KIND = 3

/**
 * Runs an app's own tests without the layers and returns the requests they send: some of each kind, with
 * deletions at the end, because tests delete the rows they find.
 *
 * @throws if they fail, or send no request to a server
 */
export async function requestsOfTests(
  project: Project,
  templates: Templates,
  command: readonly string[],
  print: (chunk: string) => void,
): Promise<ProxiedRequest[]> {
  const { code, heard } = await runTests({ project, templates, command, print, dial: 0, serve: false })
  if (heard.length === 0)
    throw new Error(
      `${command.join(' ')} ended with ${code}, and none of its servers got a request: nothing can be recorded`,
    )
  const kinds = new Map<string, number>()
  const some = heard.filter((one) => {
    if (one.status >= 500) return false
    const kind = `${requestKind(one.method, one.path).split('?')[0]} ${one.status}`
    const times = (kinds.get(kind) ?? 0) + 1
    kinds.set(kind, times)
    return times <= OF_ONE_KIND
  })
  const reads = some.filter(({ method, status }) => method === 'GET' && status < 400)
  return [...some.filter(({ method }) => method !== 'DELETE'), ...reads, ...deletions(some), ...reads].map(
    asSent,
  )
}

/** Returns deletions of one row before deletions of all rows. */
function deletions(heard: readonly HeardTraffic[]): HeardTraffic[] {
  const depth = ({ path }: HeardTraffic) => path.split('/').length
  return heard.filter(({ method }) => method === 'DELETE').sort((a, b) => depth(b) - depth(a))
}

function asSent({ layered: _, headers, ...heard }: HeardTraffic): ProxiedRequest {
  const connection = /^(?:host|connection|content-length|transfer-encoding|accept-encoding|expect)$/
  const own = Object.entries(headers).filter(([name]) => !connection.test(name))
  return { ...heard, headers: Object.fromEntries(own) }
}
