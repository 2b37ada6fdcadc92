import { moduleLoadedAt } from '../../../reading/facts/unhooked.js'
import { bindingOf, isFixed } from '../../../reading/syntax/binding.js'
import { calledMember, isCall, nameOf, propertiesOf, templateOf } from '../../../reading/syntax/syntax.js'
import { child, children, type Node } from '../../../reading/syntax/tree.js'
import { type Rule, SERVER } from './rule.js'

/** What a mail has beside its recipient. */
const MAIL = /^(?:subject|html|text|template|templateId)$/
/** Services that pass a message on to the person who made the address. */
const SERVICES =
  /^https:\/\/(?:hooks\.slack\.com\/|(?:\w+\.)?discord(?:app)?\.com\/api\/webhooks\/|api\.telegram\.org\/bot|ntfy\.sh\/|api\.pushover\.net\/|maker\.ifttt\.com\/)/
const VARIABLE = /(?:SLACK|DISCORD|TEAMS|TELEGRAM|NTFY|PUSHOVER|GOTIFY|IFTTT)\w*(?:URL|HOOK|TOPIC)\w*$/
const SENDS = /^(?:fetch|post|put|request|send)$/

/** A mail or message goes to one recipient, whichever user's rows it is about. */
const oneRecipient: Rule = {
  kind: 'one-recipient',
  where: SERVER,
  look(node, parents) {
    if (!isCall(node)) return null
    const given = children(node, 'arguments')
    const called = calledMember(node)?.name ?? nameOf(child(node, 'callee')) ?? ''
    if (/^send(?:Mail|Email)?$/i.test(called)) {
      const mail = given.map(propertiesOf).find((parts) => parts.some(({ key }) => MAIL.test(key)))
      const to = fixed(mail?.find(({ key }) => key === 'to')?.value ?? null, parents)
      if (to?.written?.includes('@') || to?.variable) return `mail to ${said(to)}`
    }
    if (called === 'sendMessage' && given.length > 1) {
      const chat = fixed(given[0]!, parents)
      if (chat) return `message to ${said(chat)}`
    }
    const url = SENDS.test(called) ? fixed(given[0] ?? null, parents) : null
    const isService = VARIABLE.test(url?.variable ?? '') || SERVICES.test(url?.written ?? '')
    return url && isService ? `message to ${url.variable ?? new URL(url.written!).host}` : null
  },
}

/** What packages keep outside of PostgreSQL, where rows have no owner. */
const STORES: [RegExp, string][] = [
  [
    /^(?:meilisearch|@elastic\/elasticsearch|@opensearch-project\/opensearch|algoliasearch(?:\/lite)?|typesense)$/,
    'a search index',
  ],
  [
    /^(?:@pinecone-database\/pinecone|chromadb|@qdrant\/js-client-rest|weaviate(?:-ts)?-client|@zilliz\/milvus2-sdk-node|vectra|hnswlib-node)$/,
    'an index of vectors',
  ],
  [
    /^(?:@aws-sdk\/client-s3|aws-sdk|minio|@google-cloud\/storage|@azure\/storage-blob|cloudinary|@vercel\/blob|backblaze-b2)$/,
    'files in a bucket',
  ],
  [/^(?:@influxdata\/influxdb-client|memcached|memjs|@upstash\/redis|@vercel\/kv)$/, 'values by key'],
]

/** A package keeps something of the app where no layer reaches. */
const otherStore: Rule = {
  kind: 'other-store',
  where: SERVER,
  look(node, parents) {
    const module = moduleLoadedAt(node, parents)
    const [, keeps] = (module && STORES.find(([name]) => name.test(module))) || []
    return keeps ? `${module} keeps ${keeps}` : null
  },
}

/** A token with which an app acts at another service for one person, as the names of variables have it. */
const PERSONAL =
  /^(?!MAPBOX)\w*(?:REFRESH|PERSONAL_ACCESS|USER_ACCESS)_TOKEN$|^(?:GITHUB|GITLAB|GOOGLE|NOTION|TODOIST|TRELLO|AIRTABLE|DROPBOX|STRAVA|SPOTIFY|FITBIT|GARMIN|OURA|WITHINGS|PLEX|JELLYFIN|HASS|HOME_?ASSISTANT|MONZO|YNAB|TOGGL|CLOCKIFY|POCKET|RAINDROP|READWISE|LINEAR|JIRA|INSTAGRAM|FACEBOOK|TWITTER|MASTODON)_(?:\w+_)?(?:TOKEN|PAT)$/

/** The app acts at another service with a token of one person: the owner. */
const ownersAccount: Rule = {
  kind: 'owners-account',
  where: SERVER,
  look(node, [parent]) {
    const of = node.type === 'MemberExpression' ? child(node, 'object') : null
    const isRead = nameOf(child(of, 'object')) === 'process' && nameOf(child(of, 'property')) === 'env'
    const name = isRead ? nameOf(child(node, 'property')) : null
    const isSet = parent?.type === 'AssignmentExpression' && child(parent, 'left') === node
    return name && !isSet && PERSONAL.test(name) ? `acts by ${name}` : null
  },
}

/** What goes to other services, or comes from them: no layer sees it, and a gate lets the app reach none. */
export const outsideServices: readonly Rule[] = [oneRecipient, otherStore, ownersAccount]

interface Fixed {
  variable: string | null
  /** with a hole for each `${…}` */
  written: string | null
}

const said = ({ variable, written }: Fixed) => variable ?? written

/** What a value is, where it is the same for all requests: a variable of the environment, or a text; through constants. */
function fixed(node: Node | null, parents: readonly Node[], depth = 0): Fixed | null {
  const name = nameOf(node)
  if (node?.type === 'Identifier' && name && depth < 4 && isFixed(name, parents)) {
    const found = bindingOf(name, parents)
    return found?.init && !found.parameter && found.property === null
      ? fixed(found.init, parents, depth + 1)
      : null
  }
  if (node?.type === 'LogicalExpression') return fixed(child(node, 'left'), parents, depth + 1)
  const of = child(node, 'object')
  if (of && nameOf(of) === null && nameOf(child(of, 'object')) === 'process')
    return { variable: nameOf(child(node, 'property')), written: null }
  if (node?.type === 'NumericLiteral') return { variable: null, written: String(node.value) }
  const written = templateOf(node, 'x')
  return written === null ? null : { variable: null, written }
}
