document.querySelector('#root').textContent = await (await fetch('/api/notes')).text()
