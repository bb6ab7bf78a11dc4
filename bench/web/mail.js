// Runs in the webmail, for the bench: how smooth the list scrolls, and how long after a click a conversation is there.
// Plain JavaScript: it is given to the browser as it is.
const rowHeight = () => document.querySelector('.cm-row').offsetHeight

globalThis.mailBench = {
  // Brings a row to the top of what is in sight.
  show: (at) => {
    document.querySelector('.cm-scroller').scrollTop = at * rowHeight()
  },
  // Scrolls as a finger does, so many pixels a frame; gives the time of each frame.
  scroll: (frames, pixels) =>
    new Promise((resolve) => {
      const scroller = document.querySelector('.cm-scroller')
      const times = []
      let last
      const step = (at) => {
        if (last !== undefined) times.push(at - last)
        last = at
        if (times.length >= frames) return resolve({ times, rows: Math.round(scroller.scrollTop / rowHeight()) })
        scroller.scrollTop += pixels
        requestAnimationFrame(step)
      }
      requestAnimationFrame(step)
    }),
  // Presses a row that is in sight; resolves once its text is drawn.
  open: (at) =>
    new Promise((resolve, reject) => {
      const link = document.querySelector(`.cm-row-link[data-at="${at}"]`)
      if (!link) return reject(new Error(`row ${at} is not in sight`))
      const before = document.querySelector('.cr-open-conversation')
      const begun = performance.now()
      const done = () => {
        const now = document.querySelector('.cr-open-conversation')
        if (now === null || now === before || now.querySelector('.cr-letter:not(.cr-folded)') === null) return
        watch.disconnect()
        // the next frame shows it
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)))
      }
      const watch = new MutationObserver(done)
      watch.observe(document.body, { childList: true, subtree: true })
      link.click()
    }),
  // Looks for a text; resolves once the list shows what was found (or that nothing was).
  search: (text) =>
    new Promise((resolve, reject) => {
      const field = document.querySelector('input[type="search"]')
      const shown = () => document.querySelector('.cm-list')?.textContent ?? ''
      const before = shown()
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, text)
      field.dispatchEvent(new Event('input', { bubbles: true }))
      let begun = Number.NaN
      const late = setTimeout(() => reject(new Error(`no answer to ${text}: ${shown().slice(0, 200)}`)), 20_000)
      let wasBusy = false
      const look = () => {
        const busy = document.querySelector('.cm-list')?.getAttribute('aria-busy') === 'true'
        wasBusy ||= busy
        // what was found may look as what was there before
        if (Number.isNaN(begun) || busy || (!wasBusy && shown() === before)) return
        watch.disconnect()
        clearTimeout(late)
        requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - begun)))
      }
      const watch = new MutationObserver(look)
      watch.observe(document.body, { childList: true, subtree: true, attributes: true, characterData: true })
      // the page takes what was typed before it is sent off
      requestAnimationFrame(() =>
        setTimeout(() => {
          begun = performance.now()
          field.form.requestSubmit()
        }),
      )
    }),
}
