import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const here = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url))

/**
 * Compiles Token.sol. The result is kept in token.json, because loading the compiler would cost every start of the devnet a second;
 * a test checks that the two still belong together.
 * @returns {{ abi: unknown[], bytecode: string }}
 */
export function compileToken() {
  const solc = require('solc')
  const input = {
    language: 'Solidity',
    sources: { 'Token.sol': { content: readFileSync(here('Token.sol'), 'utf8') } },
    settings: {
      evmVersion: 'paris',
      optimizer: { enabled: true, runs: 200 },
      metadata: { bytecodeHash: 'none', appendCBOR: false },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  }
  const output = JSON.parse(solc.compile(JSON.stringify(input)))
  const errors = (output.errors ?? []).filter((/** @type {{ severity: string }} */ error) => error.severity === 'error')
  if (errors.length > 0)
    throw new Error(errors.map((/** @type {{ formattedMessage: string }} */ error) => error.formattedMessage).join('\n'))
  const { abi, evm } = output.contracts['Token.sol'].Token
  return { abi, bytecode: `0x${evm.bytecode.object}` }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(here('token.json'), `${JSON.stringify(compileToken(), null, 2)}\n`)
