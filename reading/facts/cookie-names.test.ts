import { expect, test } from 'vitest'
import { fileParser } from '../syntax/sources.js'
import { cookieNames } from './cookie-names.js'

const namesIn = async (text: string) => cookieNames([(await fileParser('.'))('app.js', text)])

test.each([
  ["app.get('/', (req, res) => res.json(req.cookies.site))", ['site']],
  ["app.get('/', (req, res) => res.json(req.cookies['last-site']))", ['last-site']],
  ["app.get('/', (req, res) => res.cookie('draft', '1').clearCookie('old').end())", ['draft', 'old']],
  ['const siteOf = (req) => /(?:^|; )site=([^;]*)/.exec(req.headers.cookie)?.[1]', ['site']],
  ["const isSet = (req) => req.headers.cookie?.split('; ').some((one) => one.startsWith('site='))", ['site']],
  ['const page = (url) => /page=(\\d+)/.exec(url)', []],
])('%s has the cookies %j', async (text, names) => {
  expect(await namesIn(text)).toEqual(names)
})
