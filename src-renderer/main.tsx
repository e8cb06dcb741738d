/** A page that gets no frame starts all the same, ms. */
const LONGEST_FRAME_MS = 500

// The first frame is drawn before the app's own code, more than a megabyte, is evaluated; it is fetched meanwhile.
const framed = new Promise<void>((resolve) => {
  requestAnimationFrame(() => setTimeout(resolve))
  setTimeout(resolve, LONGEST_FRAME_MS)
})
void framed
  .then(() => import('./app/mount'))
  .then(({ mount }) => {
    mount()
  })
