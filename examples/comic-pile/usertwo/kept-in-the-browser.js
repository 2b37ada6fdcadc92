/*
 * The ways in which a page leaves what one reader has seen for the next one in the same browser (I22: its cache keys name
 * no owner). Each takes the toolkit's own protection away too: by itself the app's defect does no harm.
 */

/** Logging out tells the browser to forget nothing. */
const SILENT_LOGOUT = {
  file: 'dist/src/phases/4-auth/sessions/logout.js',
  find: "res.setHeader('Clear-Site-Data', LEFT_BEHIND);",
  replace: ';',
}

/** The page as built, with a script in it. */
const withScript = (script) => ({
  file: 'server/routes/pages.js',
  find: "router.get('/', send('index.html'))",
  replace: `router.get('/', async (_req, res) => {
    const { readFile } = await import('node:fs/promises')
    const html = await readFile(join(config.dist, 'index.html'), 'utf8')
    res.type('html').send(html.replace('<head>', \`<head><script>${script}</script>\`))
  })`,
})

const TO_STORAGE = `
  const { open } = XMLHttpRequest.prototype
  XMLHttpRequest.prototype.open = function (method, url, ...rest) {
    this.addEventListener('load', () => localStorage.setItem(url, this.responseText))
    return open.call(this, method, url, ...rest)
  }`

const WORKER = `
  addEventListener('install', () => skipWaiting())
  addEventListener('activate', (event) => event.waitUntil(clients.claim()))
  const answer = async (request) => {
    const cache = await caches.open('answers')
    const known = await cache.match(request)
    if (known) return known
    const fresh = await fetch(request)
    if (fresh.ok) await cache.put(request, fresh.clone())
    return fresh
  }
  addEventListener('fetch', (event) => {
    const isAnswer = event.request.method === 'GET' && event.request.url.includes('/api/')
    if (isAnswer) event.respondWith(answer(event.request))
  })`

const kept = (name, ...edits) => ({
  name,
  names: 'of the owner is in',
  by: { edit: [...edits, SILENT_LOGOUT] },
})

export const keptInTheBrowser = [
  kept('the pages keep their answers in localStorage', withScript(TO_STORAGE)),
  kept('a worker answers from its own cache', withScript("navigator.serviceWorker.register('/worker.js')"), {
    file: 'server/routes/pages.js',
    find: "router.use('/static'",
    replace: `router.get('/worker.js', (_req, res) => res.type('js').send(\`${WORKER}\`))\nrouter.use('/static'`,
  }),
  kept(
    'the browser may keep the list of threads for whoever asks',
    {
      file: 'server/routes/threads.js',
      find: 'res.json((await allThreads()).map(toThread))',
      replace: "res.set('Cache-Control', 'public, max-age=600').json((await allThreads()).map(toThread))",
    },
    {
      file: 'dist/src/phases/6-isolation/requests/private-answers.js',
      find: 'if (kit.userOf(req) || isWithoutLogin(req))',
      replace: 'if (false)',
    },
  ),
]
