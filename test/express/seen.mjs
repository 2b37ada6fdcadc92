/** What was seen, as JSON, past the methods of Express, which are looked at themselves. */
export const end = (res, seen) =>
  res.end(JSON.stringify({ seen }, (_key, value) => (value === undefined ? 'undefined' : value)))

/** What was thrown is seen, too. */
export const attempt = (work) => {
  try {
    return work()
  } catch (error) {
    return { threw: `${error.name}: ${error.message}` }
  }
}
