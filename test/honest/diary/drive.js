const ask = async (method, path, json) => {
  const body = json && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }
  return (await fetch(new URL(path, process.env.BASE_URL), { method, ...body })).json()
}

async function day() {
  await ask('GET', '/health')
  await ask('GET', '/days')
  await ask('GET', '/days/2')
  const { id } = await ask('POST', '/days', { title: 'The first frost' })
  await ask('GET', `/days/${id}`)
  await ask('POST', '/days', {})
  await ask('GET', '/days/9999')
  await ask('GET', '/debug/count')
}

day()
