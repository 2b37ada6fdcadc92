fetch('/entries')
  .then((answer) => answer.json())
  .then((entries) => {
    for (const { title } of entries) {
      const line = document.createElement('li')
      line.textContent = title
      document.querySelector('#entries').append(line)
    }
  })
