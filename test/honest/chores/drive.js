const ask = async (method, path, json) => {
  const body = json && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }
  await (await fetch(new URL(path, process.env.BASE_URL), { method, ...body })).text()
}

async function day() {
  await ask('GET', '/health')
  await ask('GET', '/chores')
  await ask('POST', '/chores', { task: 'Wax the floor' })
  await ask('POST', '/chores', {})
  await ask('GET', '/chores')
}

day()
