/**
 * Part of the badge's script: removes links, forms and buttons that would change another user's row (see
 * routes.owned), whenever they appear. The app's own styles may style [data-not-mine] further.
 */
export const NOT_MINE = `
  const ROUTES = JSON.parse(owned ?? '[]').map((route) => {
    const [path, method] = route.split(' ').reverse()
    const segments = path.split('/').map((one) => one.includes(':') ? '[^/]+' : one.replace(/[^\\w-]/g, '\\\\$&'))
    return { method, path: new RegExp('^' + segments.join('/') + '/?$', 'i') }
  })
  /** For each request that was looked up, whether it is about another user's row. */
  const others = new Map()
  const requestOf = (element) => {
    const isLink = element.matches('a,area')
    const form = element.matches('form') ? element : element.closest('form') ?? document.getElementById(element.getAttribute('form'))
    const url = isLink ? element.getAttribute('href') : element.getAttribute('formaction') ?? element.getAttribute('action') ?? ''
    const method = isLink ? 'GET' : (element.getAttribute('formmethod') ?? form?.getAttribute('method') ?? 'get').toUpperCase()
    if (!URL.canParse(url, document.baseURI) || !own(url)) return null
    const { pathname } = at(url)
    const isOne = ROUTES.some((route) => (!route.method || route.method === method) && route.path.test(pathname))
    return isOne ? method + ' ' + pathname : null
  }
  let looking = null
  const lookAround = async () => {
    looking = null
    const found = [...document.querySelectorAll('a[href],area[href],form,[formaction]')].flatMap((element) => {
      const request = requestOf(element)
      if (!request) element.removeAttribute('data-not-mine')
      return request ? [[element, request]] : []
    })
    const requests = [...new Set(found.map(([, request]) => request))].filter((request) => !others.has(request)).slice(0, 60)
    if (requests.length > 0) {
      const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': token }
      const answer = await plain(pages + '/not-mine', { method: 'POST', headers, body: JSON.stringify({ requests }) }).catch(() => null)
      if (!answer?.ok) return
      const { not_mine } = await answer.json()
      for (const request of requests) others.set(request, not_mine.includes(request))
      lookLater()
    }
    for (const [element, request] of found) element.toggleAttribute('data-not-mine', others.get(request) ?? false)
  }
  const lookLater = () => { looking ??= setTimeout(lookAround) }
  const hideOthers = () => {
    if (ROUTES.length === 0) return
    const hiding = new CSSStyleSheet()
    hiding.replaceSync('[data-not-mine]{display:none!important}')
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, hiding]
    const attributeFilter = ['href', 'action', 'formaction', 'method', 'formmethod']
    new MutationObserver(lookLater).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter })
    lookLater()
  }
`
