/** The nonce that main put into the page for the style elements that libraries make at run time; empty when there is none. */
export function readNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
}

/** Tells the nonce to libraries that look for it where webpack leaves it (react-remove-scroll under Mantine's drawers). */
export function shareNonce(nonce: string): void {
  Object.assign(globalThis, { __webpack_nonce__: nonce })
}
