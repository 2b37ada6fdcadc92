import type { HeardTraffic } from '../gate/preload/traffic.js'
import type { Project } from '../gate/project.js'
import type { Templates } from '../gate/templates.js'
import { requestKind } from '../gate/traffic/kind.js'
import type { ProxiedRequest } from '../gate/traffic/recording-proxy.js'
import { runTests } from './run-tests.js'

/** Requests of one kind that are taken from tests at most: they ask some routes a hundred times. */
const OF_ONE_KIND = 3

/**
 * What an app's own tests ask it, without the layers: some of each kind, and what deletes at the end, since tests empty
 * what they have found.
 * @throws when they fail, or ask no server anything
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
      `${command.join(' ')} ended with ${code}, and no server of it was asked anything: there is nothing to record`,
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

/** What ends one row before what ends all of them. */
function deletions(heard: readonly HeardTraffic[]): HeardTraffic[] {
  const depth = ({ path }: HeardTraffic) => path.split('/').length
  return heard.filter(({ method }) => method === 'DELETE').sort((a, b) => depth(b) - depth(a))
}

function asSent({ layered: _, headers, ...heard }: HeardTraffic): ProxiedRequest {
  const connection = /^(?:host|connection|content-length|transfer-encoding|accept-encoding|expect)$/
  const own = Object.entries(headers).filter(([name]) => !connection.test(name))
  return { ...heard, headers: Object.fromEntries(own) }
}
