import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { Look } from '../ui/look'
import { readNonce, shareNonce } from '../ui/nonce'
import { SecureWindow } from './secure-window'

/** Puts the main-owned window's app into its page. */
export function mountSecure(): void {
  const root = document.getElementById('root')
  if (root === null) throw new Error('the page has no root element')
  const nonce = readNonce()
  shareNonce(nonce)
  createRoot(root).render(
    <StrictMode>
      <Look nonce={nonce}>
        <SecureWindow />
      </Look>
    </StrictMode>,
  )
}
