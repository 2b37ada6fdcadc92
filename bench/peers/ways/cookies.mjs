/** Returns the headers that a browser sends from the app's own page after this response. */
export function cookiesOf(answer, origin) {
  if (!answer.ok) throw new Error(`the login returned ${answer.status}`)
  return fromOwnPage(
    answer.headers.getSetCookie().map((line) => line.split(';')[0]),
    origin,
  )
}

export const fromOwnPage = (cookies, origin) => ({
  cookie: cookies.join('; '),
  origin,
  'sec-fetch-site': 'same-origin',
})
