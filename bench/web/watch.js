// Runs in a page before anything of it: acts as soon as the control is drawn, sees whether it answered, waits for quiet.
// `marks` tells what came of it. Plain JavaScript: it is given to the browser as it is.
globalThis.watchPage = ({ control, act }) => {
  const QUIET_MS = 1_000
  const marks = { quietAt: 0, paintAt: 0 }
  globalThis.marks = marks
  let lastTaskEnd = 0
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) lastTaskEnd = Math.max(lastTaskEnd, task.startTime + task.duration)
  }).observe({ type: 'longtask', buffered: true })
  new PerformanceObserver((list) => {
    for (const paint of list.getEntriesByName('first-contentful-paint')) marks.paintAt = paint.startTime
  }).observe({ type: 'paint', buffered: true })

  // A letter that the page keeps for Back and reload.
  const kept = () => JSON.stringify({ ...sessionStorage })
  const type = (element) => {
    const before = kept()
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(element, 'R')
    element.dispatchEvent(new Event('input', { bubbles: true }))
    return kept() !== before
  }
  // A link that the page follows by itself.
  const click = (element) => {
    let taken = false
    const see = (event) => {
      taken = event.defaultPrevented
      event.preventDefault()
    }
    addEventListener('click', see, { once: true })
    element.click()
    return taken
  }
  const quiet = (answeredAt) => {
    const since = Math.max(answeredAt, lastTaskEnd)
    if (performance.now() - since >= QUIET_MS) marks.quietAt = since
    else setTimeout(() => quiet(answeredAt), 100)
  }
  const look = () => {
    const element = document.querySelector(control)
    const ready = element && !element.disabled && element.getClientRects().length > 0
    if (ready && (act === 'type' ? type(element) : click(element))) quiet(performance.now())
    else requestAnimationFrame(() => setTimeout(look))
  }
  look()
}
