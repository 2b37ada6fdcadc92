/**
 * Part of the badge's script: sends the page's calls with its token; calls that met the end of the login wait
 * for the next login.
 */
export const CALLS = `
  const READS = ['GET', 'HEAD', 'OPTIONS']
  const isRead = (method) => READS.includes(String(method).toUpperCase())
  /** Refused by usertwo, and so not done; the app may answer 401 for a reason of its own. */
  const isRefused = (status, type, url, method) =>
    (status === 401 && /^application\\/problem\\+json/i.test(type ?? '')) || (isRead(method) && url && at(url).pathname === pages + '/login')
  const heard = (status) => {
    if (status !== 401 && status !== 409) return
    look().then((who) => {
      if (who === 'anonymous') tellEnded()
      else if (who === 'other') tellOther()
    })
  }
  const untilAborted = (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

  window.fetch = async (input, init) => {
    if (!own(input instanceof Request ? input.url : input)) return plain(input, init)
    // A stream body can be read only once; any other body is built again.
    const isOnce = init?.body instanceof ReadableStream
    const kept = token && !isOnce && input instanceof Request && input.body && !init?.body ? input.clone() : null
    const asked = new Request(input, init)
    if (token && !asked.headers.has('X-CSRF-Token')) asked.headers.set('X-CSRF-Token', token)
    const hadToken = token
    const answer = await plain(asked)
    const { url, method, signal } = asked
    if (!hadToken || isOurs(url)) return answer
    if (isOnce || !isRefused(answer.status, answer.headers.get('Content-Type'), answer.redirected && answer.url, method)) {
      heard(answer.status)
      return answer
    }
    const back = isBack(isRead(method))
    if (!(await Promise.race([back, untilAborted(signal)]))) return answer
    const again = new Request(kept ?? (input instanceof Request ? input : url), init)
    again.headers.set('X-CSRF-Token', token)
    return plain(again)
  }

  const native = XMLHttpRequest.prototype
  const { open: begin, send, setRequestHeader, abort } = native
  const asked = new WeakMap()
  const EVENTS = ['readystatechange', 'loadstart', 'progress', 'load', 'loadend', 'error', 'timeout', 'abort']
  const tell = (xhr, ...types) => { for (const type of types) xhr.dispatchEvent(type === 'readystatechange' ? new Event(type) : new ProgressEvent(type)) }

  /** Runs before all other listeners: a refusal for lack of a login is not reported until it is known what happens to it. */
  const hear = ({ type, isTrusted, currentTarget: xhr }, stop) => {
    const call = asked.get(xhr)
    if (!call?.token || !isTrusted) return
    if (type === 'readystatechange' && xhr.readyState === 2 && !call.isOver)
      call.isHeld = isRefused(xhr.status, xhr.getResponseHeader('Content-Type'), xhr.responseURL !== call.url && xhr.responseURL, call.method)
    if (!call.isHeld) return type === 'load' && !call.isOver ? heard(xhr.status) : undefined
    if (['error', 'timeout', 'abort'].includes(type)) return void (call.isHeld = false)
    stop()
    if (type === 'load' && !call.isOver) again(xhr, call)
  }
  const again = async (xhr, call) => {
    call.isOver = true
    const isSame = await isBack(isRead(call.method)).catch(() => false)
    if (asked.get(xhr) !== call || !call.isHeld) return
    if (!isSame) {
      call.isHeld = false
      return tell(xhr, 'readystatechange', 'load', 'loadend')
    }
    begin.call(xhr, call.method, call.url, true, ...call.login)
    for (const [name, value] of call.headers) setRequestHeader.call(xhr, name, value)
    setRequestHeader.call(xhr, 'X-CSRF-Token', token)
    send.call(xhr, call.body)
    call.isHeld = false
  }
  window.XMLHttpRequest = new Proxy(XMLHttpRequest, {
    construct(target, given, made) {
      const xhr = Reflect.construct(target, given, made)
      for (const type of EVENTS) xhr.addEventListener(type, (event) => hear(event, () => event.stopImmediatePropagation()))
      return xhr
    },
  })
  Object.assign(native, {
    open(method, url, ...rest) {
      asked.delete(this)
      const given = begin.call(this, method, url, ...rest)
      const [isAsync = true, ...login] = rest
      const whole = at(url).href
      if (own(whole)) asked.set(this, { method, url: whole, login, headers: [], canWait: Boolean(isAsync) && !isOurs(whole) })
      return given
    },
    setRequestHeader(name, value) {
      asked.get(this)?.headers.push([String(name), value])
      return setRequestHeader.call(this, name, value)
    },
    send(body) {
      const call = asked.get(this)
      if (call && token) {
        const isToken = ([name]) => name.toLowerCase() === 'x-csrf-token'
        if (!call.headers.some(isToken)) setRequestHeader.call(this, 'X-CSRF-Token', token)
        call.headers = call.headers.filter((header) => !isToken(header))
        if (call.canWait) Object.assign(call, { token, body })
      }
      return send.call(this, body)
    },
    abort() {
      const call = asked.get(this)
      const wasHeld = call?.isHeld
      if (wasHeld) asked.delete(this)
      abort.call(this)
      if (wasHeld) tell(this, 'abort', 'loadend')
    },
  })
`
