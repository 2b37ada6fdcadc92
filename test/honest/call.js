/** Sends a request of a day, with JSON where there is some; gives what JSON comes back. */
export async function call(method, path, json) {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(new URL(path, process.env.BASE_URL), {
    method,
    ...(json && { headers, body: JSON.stringify(json) }),
  })
  return answer.json()
}
