// The requests of the owner: one for each route, as the app answered them when this was written. They are recorded as
// what the owner must find unchanged at every phase: add what matters to you.
const call = async (method, path, body) => {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' }
  const answer = await fetch(new URL(path, process.env.BASE_URL), {
    method,
    headers,
    redirect: 'manual',
    body,
  })
  await answer.text()
}

await call('GET', '/health')
await call('GET', '/lists')
await call('GET', '/lists/3/todos')
await call('POST', '/lists', '{"title":"The third title of lists, again"}')
await call('POST', '/lists/3/todos', '{"task":"The third task of todos, again"}')
await call('PUT', '/todos/3', '{"task":"The third task of todos, again","done":false}')
await call('GET', '/health')
await call('GET', '/lists')
await call('GET', '/lists/3/todos')
await call('DELETE', '/todos/3')
await call('GET', '/health')
await call('GET', '/lists')
await call('GET', '/lists/3/todos')
