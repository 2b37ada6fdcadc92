/**
 * Part of the badge's script: the place of the badge. It never covers anything that can be clicked, and moves
 * when the page changes. Without a free place it is hidden until there is one.
 */
export const PLACE = `
  const CLICKABLE = 'a[href],area,button,input,select,textarea,label,summary,option,iframe,frame,embed,object,video,audio,[onclick],[draggable=true],' +
    '[tabindex]:not([tabindex^="-"]),[contenteditable]:not([contenteditable=false])' +
    'button link tab menuitem menuitemcheckbox menuitemradio checkbox radio switch option slider spinbutton textbox combobox treeitem'
      .replace(/^/, ' ').replace(/ (\\w+)/g, ',[role=$1]')
  const MARGIN = 8
  /** Distance between two hit tests; what can be clicked is larger. */
  const STEP = 6
  const SIZES = [36, 24]
  const BETWEEN_LOOKS_MS = 100
  /** Without a place every point of the page is looked at. */
  const HIDDEN_LOOKS_MS = 1000
  const parentOf = (element) => element.parentElement ?? element.getRootNode().host ?? null

  /** The elements of the page at a point, under the badge and in its open shadow roots. */
  const hitAt = (x, y) => {
    let hit = document.elementsFromPoint(x, y).find((element) => element !== host)
    while (hit?.shadowRoot) {
      const inner = hit.shadowRoot.elementFromPoint(x, y)
      if (!inner || inner === hit) break
      hit = inner
    }
    return hit ?? null
  }
  const hasPointer = (element) => getComputedStyle(element).cursor === 'pointer'
  const isClickable = (element) => {
    for (let at = element; at; at = parentOf(at)) if (at.matches(CLICKABLE)) return true
    return hasPointer(element) && !(document.body && hasPointer(document.body))
  }
  /** Whether only the page itself is there, or a box that contains most of it. */
  const isEmpty = (element) => {
    const { width, height } = element.getBoundingClientRect()
    return element === document.documentElement || element === document.body || (width >= innerWidth * 0.9 && height >= innerHeight * 0.8 && element.children.length > 0)
  }
  const isFree = ({ x, y, width, height }, mustBeEmpty) => {
    for (let atX = x - 2; ; atX = Math.min(atX + STEP, x + width + 2)) {
      for (let atY = y - 2; ; atY = Math.min(atY + STEP, y + height + 2)) {
        const hit = hitAt(atX, atY)
        if (hit && (isClickable(hit) || (mustBeEmpty && !isEmpty(hit)))) return false
        if (atY >= y + height + 2) break
      }
      if (atX >= x + width + 2) break
    }
    return true
  }

  const between = (from, to, step) => to < from ? [] : [...Array.from({ length: Math.ceil((to - from) / step) }, (_, at) => from + at * step), to]
  /** Corners first, then the edges. */
  const spots = (width, height) => {
    const [right, bottom] = [document.documentElement.clientWidth - width - MARGIN, innerHeight - height - MARGIN]
    const columns = between(MARGIN, right, width + MARGIN).reverse()
    const rows = between(MARGIN, bottom, height + MARGIN).reverse()
    const all = columns.flatMap((x) => rows.map((y) => ({ x, y, width, height })))
    const edges = ({ x, y }) => (x === MARGIN || x === right ? 1 : 0) + (y === MARGIN || y === bottom ? 1 : 0)
    return all.filter((spot) => edges(spot) > 0).sort((a, b) => edges(b) - edges(a) || b.y - a.y)
  }
  const findSpot = (width, height) =>
    spots(width, height).find((spot) => isFree(spot, true)) ?? spots(width, height).find((spot) => isFree(spot, false))
  /** The first square in which no point can be clicked, from the top right, wherever it begins and however near the edge. */
  const findAnywhere = (size) => {
    const need = Math.floor((size + 4) / STEP) + 1
    let above = []
    for (let y = 2; y < innerHeight; y += STEP) {
      const row = []
      for (let at = 0, x = document.documentElement.clientWidth - 2; x > 0; at++, x -= STEP) {
        const hit = hitAt(x, y)
        row[at] = hit && isClickable(hit) ? 0 : 1 + Math.min(row[at - 1] ?? 0, above[at] ?? 0, above[at - 1] ?? 0)
        if (row[at] < need) continue
        // Between two hit tests it may have to begin a little further up, or to the left.
        for (const up of [0, 2, 4]) for (const left of [0, 2, 4]) {
          const found = { x: x + 2 - left, y: y - (need - 1) * STEP + 2 - up, width: size, height: size }
          if (found.x >= 2 && found.y >= 2 && isFree(found, false)) return found
        }
      }
      above = row
    }
    return null
  }

  const placed = new CSSStyleSheet()
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, placed]
  let spot = null
  const put = (found, isWide) => {
    spot = found
    box.classList.toggle('wide', isWide)
    if (!spot) return placed.replaceSync('details{visibility:hidden}')
    const { x, y, width, height } = spot
    const [isRight, isLow] = [x + width / 2 > innerWidth / 2, y + height / 2 > innerHeight / 2]
    placed.replaceSync(':host{left:' + x + 'px!important;top:' + y + 'px!important}summary{width:' + width + 'px;height:' + height + 'px}' +
      (isWide ? '' : '.menu{' + (isRight ? 'right' : 'left') + ':0;' + (isLow ? 'bottom' : 'top') + ':calc(100% + 4px)}'))
  }
  let seen = ''
  const place = () => {
    if (!host.isConnected || opened || (box.open && !box.matches('.wide'))) return
    const view = [innerWidth, innerHeight, said.textContent].join()
    // A badge that moves for no reason is hard to click.
    if (view === seen && spot && isFree(spot, false)) {
      // An alarm that is given again was closed before.
      box.open = box.matches('.wide')
      return
    }
    seen = view
    const hasAlarm = said.hasAttribute('role')
    if (hasAlarm) {
      put({ x: MARGIN, y: MARGIN, width: 0, height: 0 }, true)
      box.open = true
      const { width, height } = box.getBoundingClientRect()
      const wide = findSpot(width, height)
      if (wide) return put(wide, true)
    }
    if (box.matches('.wide')) box.open = false
    const [size, small] = SIZES
    put(findSpot(size, size) ?? findAnywhere(small), false)
    announced.textContent = hasAlarm ? said.textContent : ''
  }
  let waiting = false
  let looked = 0
  const placeSoon = () => {
    if (waiting) return
    waiting = true
    const now = () => requestAnimationFrame(() => {
      waiting = false
      looked = performance.now()
      place()
    })
    const left = looked + (spot ? BETWEEN_LOOKS_MS : HIDDEN_LOOKS_MS) - performance.now()
    if (left > 0) setTimeout(now, left)
    else now()
  }
  const keepClear = () => {
    new MutationObserver(placeSoon).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
    const sizes = new ResizeObserver(placeSoon)
    for (const element of [document.documentElement, document.body]) if (element) sizes.observe(element)
    for (const type of ['scroll', 'load', 'transitionend', 'animationend', 'toggle']) document.addEventListener(type, placeSoon, { capture: true, passive: true })
    addEventListener('resize', placeSoon)
    box.addEventListener('toggle', placeSoon)
    addEventListener('pointerdown', (event) => { if (!event.composedPath().includes(host) && !box.matches('.wide')) box.open = false }, true)
    box.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !box.open || box.matches('.wide')) return
      event.stopPropagation()
      box.open = false
      button.focus()
    })
    placeSoon()
  }
`
