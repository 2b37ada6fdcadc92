// The page from before the SPA. Old bookmarks still open it.
export const ratePage = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Rate Session</title>
  <link rel="stylesheet" href="/static/legacy.css">
</head>
<body>
  <h1>Rate Session</h1>
  <div id="thread-info">Loading...</div>
  <input id="rating-input" type="range" min="0.5" max="5" step="0.5" value="4.0">
  <button id="submit-btn">Save &amp; Continue</button>
  <script>
    fetch('/api/sessions/current/').then(function (answer) { return answer.json() }).then(function (session) {
      var thread = session.active_thread
      document.getElementById('thread-info').textContent = thread ? thread.title : 'Session Inactive'
    })
    document.getElementById('submit-btn').addEventListener('click', function () {
      fetch('/api/rate/', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ rating: Number(document.getElementById('rating-input').value), issues_read: 1 })
      }).then(function () { location.href = '/' })
    })
  </script>
</body>
</html>
`
