// What a handler does with its answer by methods of Express: each answers in its own way, and all that arrives is compared.
import { fileURLToPath } from 'node:url'
import { attempt, end } from './seen.mjs'

const FILES = fileURLToPath(new URL('files', import.meta.url))
const FILE = `${FILES}/page.txt`

export const answers = {
  app: (req, res) => end(res, [res.app === req.app, res.app.mountpath]),
  locals: (_req, res) => {
    const before = { ...res.locals }
    res.locals.from = 'locals'
    end(res, [before, Object.getPrototypeOf(res.locals), res.locals])
  },
  headersSent: (_req, res) => {
    const before = res.headersSent
    res.write('1')
    res.end(JSON.stringify([before, res.headersSent, res.writableEnded]))
  },
  append: (_req, res) => {
    res.append('Link', ['<a>', '<b>']).append('Link', '<c>').append('Warning', '1')
    end(res, res.get('link'))
  },
  'append-cookie': (_req, res) => {
    res.append('Set-Cookie', 'a=1').append('set-cookie', ['b=2', 'c=3'])
    res.cookie('d', '4')
    end(res, res.get('Set-Cookie'))
  },
  'append-vary': (_req, res) =>
    end(res, [res.append('Vary', 'A'), res.append('Vary', 'B'), res.get('vary')].slice(2)),
  attachment: (_req, res) =>
    end(res, [res.attachment('löschen "x".png') === res, res.get('content-disposition')]),
  'attachment-bare': (_req, res) => res.attachment().send('x'),
  cookie: (_req, res) => {
    res.cookie('one', 'a b', { maxAge: 1000, httpOnly: true, path: '/x', secure: true, sameSite: 'lax' })
    res.cookie('two', { a: 1 }).cookie('three', 'x', { encode: (text) => text, domain: 'example.test' })
    end(res, String(res.get('Set-Cookie')).replace(/Expires=[^;]+/, 'Expires'))
  },
  'cookie-signed': (_req, res) =>
    end(
      res,
      attempt(() => res.cookie('s', '1', { signed: true })),
    ),
  clearCookie: (_req, res) => res.clearCookie('one', { path: '/x' }).end(),
  download: (_req, res, next) => res.download(FILE, 'other.txt', (error) => error && next(error)),
  'download-missing': (_req, res) =>
    res.download(`${FILE}.none`, (error) => end(res.status(404), [error?.status, res.headersSent])),
  end: (_req, res) => res.end('ended', 'utf8'),
  'end-called-back': (_req, res) => res.end('ended', () => {}),
  'end-empty': (_req, res) => res.end(),
  'end-twice': (_req, res) => {
    res.on('error', () => {})
    res.end('once')
    res.end('twice')
  },
  format: (_req, res) =>
    res.format({
      text: () => res.send('text'),
      html: () => res.send('<p>html'),
      json: () => res.send({ a: 1 }),
    }),
  'format-none': (_req, res) => res.format({ 'image/png': () => res.send('no') }),
  'format-default': (_req, res) =>
    res.format({ 'image/png': () => res.send('no'), default: () => res.send('default') }),
  get: (_req, res) => end(res, [res.set('X-Own', 'a').get('x-own'), res.get('none')]),
  header: (_req, res) => res.header('X-Own', 'b').header({ 'X-Two': 'c', 'X-Three': 3 }).end(),
  json: (_req, res) => res.json({ a: [1, { b: null }], d: new Date(0), u: undefined }),
  'json-settings': (_req, res) => {
    res.json({ html: '<a> & b', many: 'é😀' })
  },
  'json-null': (_req, res) => res.json(null),
  'json-circular': (_req, res) => {
    const it = {}
    it.it = it
    res.json(it)
  },
  jsonp: (_req, res) => res.jsonp({ a: 1 }),
  links: (_req, res) => res.links({ next: '/2', last: '/9' }).links({ first: '/1' }).end(),
  location: (_req, res) => res.location('/ü?a=b c').end(),
  'location-back': (_req, res) => res.location('back').end(),
  redirect: (_req, res) => res.redirect('/elsewhere?x=1'),
  'redirect-status': (_req, res) => res.redirect(301, 'https://example.test/<b>'),
  'redirect-back': (_req, res) => res.redirect('back'),
  'redirect-relative': (_req, res) => res.redirect('../x'),
  render: (_req, res) => {
    res.locals.from = 'locals'
    res.render('page', { title: 'T' })
  },
  'render-called-back': (_req, res) =>
    res.render('page', { title: 'T' }, (error, text) => res.send(`${error} ${text}`)),
  'render-missing': (_req, res) => res.render('none', (error) => end(res, error?.name)),
  send: (_req, res) => res.send('<p>text'),
  'send-buffer': (_req, res) => res.send(Buffer.from([1, 2, 255])),
  'send-object': (_req, res) => res.send({ a: 1 }),
  'send-null': (_req, res) => res.send(null),
  'send-boolean': (_req, res) => res.send(true),
  'send-number': (_req, res) => res.send(204),
  'send-status-body': (_req, res) => res.send(201, 'made'),
  'send-204': (_req, res) => res.status(204).send('dropped'),
  'send-304': (_req, res) => res.status(304).send('dropped'),
  'send-fresh': (_req, res) => res.set('ETag', '"known"').send('fresh'),
  'send-large': (_req, res) => res.send('x'.repeat(200_000)),
  'send-typed': (_req, res) => res.type('text/csv').send('a,b'),
  'send-charset': (_req, res) => res.set('Content-Type', 'text/plain; charset=latin1').send('é'),
  sendFile: (_req, res, next) =>
    res.sendFile(FILE, { maxAge: 5000, headers: { 'X-File': '1' } }, (error) => error && next(error)),
  'sendFile-root': (_req, res) => res.sendFile('page.txt', { root: FILES, lastModified: false, etag: false }),
  'sendFile-hidden': (_req, res) =>
    res.sendFile('.hidden', { root: FILES }, (error) => end(res.status(404), error?.status)),
  'sendFile-relative': (_req, res) =>
    end(
      res,
      attempt(() => res.sendFile('page.txt')),
    ),
  sendfile: (_req, res) => (res.sendfile ? res.sendfile(FILE) : res.end('none')),
  sendStatus: (_req, res) => res.sendStatus(418),
  'sendStatus-odd': (_req, res) => res.sendStatus(599),
  set: (_req, res) => res.set('X-One', ['a', 'b']).set({ 'X-Two': 1, 'Content-Type': 'text/x-own' }).end(),
  'set-type-array': (_req, res) =>
    end(
      res,
      attempt(() => res.set('Content-Type', ['a/b', 'c/d']) === res),
    ),
  status: (_req, res) => end(res, [res.status(203) === res, res.statusCode]),
  'status-wrong': (_req, res) =>
    end(
      res,
      attempt(() => res.status(1000) === res && res.status(200) === res),
    ),
  'status-text': (_req, res) =>
    end(
      res,
      attempt(() => res.status('201') === res && res.statusCode),
    ),
  statusMessage: (_req, res) => {
    res.statusCode = 299
    res.statusMessage = 'As I like it'
    res.end()
  },
  type: (_req, res) =>
    end(
      res,
      ['png', '.html', 'application/x', 'json'].map((type) => res.type(type).get('Content-Type')),
    ),
  contentType: (_req, res) => res.contentType('css').end('a{}'),
  vary: (_req, res) => end(res, [res.vary('Accept').vary(['A', 'B']) === res, res.get('Vary')]),
  'vary-star': (_req, res) => res.vary('*').end(),
}
