/**
 * The functions that the policy can read, as their contracts declare them: ERC-20 (EIP-20), Permit2 (AllowanceTransfer), Uniswap's V2 Router02, V3 SwapRouter
 * (v3-periphery 1.4.4), SwapRouter02 (swap-router-contracts 1.3) and Universal Router.
 */
export const ROUTER_FUNCTIONS: readonly string[] = [
  'function approve(address spender, uint256 amount)',
  'function transfer(address to, uint256 amount)',

  'function approve(address token, address spender, uint160 amount, uint48 expiration)',
  'function permit(address owner, ((address token, uint160 amount, uint48 expiration, uint48 nonce) details, address spender, uint256 sigDeadline) permitSingle, bytes signature)',
  'function transferFrom(address from, address to, uint160 amount, address token)',

  'function swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] path, address to, uint256 deadline)',
  'function swapTokensForExactTokens(uint256 amountOut, uint256 amountInMax, address[] path, address to, uint256 deadline)',
  'function swapExactETHForTokens(uint256 amountOutMin, address[] path, address to, uint256 deadline) payable',
  'function swapETHForExactTokens(uint256 amountOut, address[] path, address to, uint256 deadline) payable',
  'function swapExactTokensForETH(uint256 amountIn, uint256 amountOutMin, address[] path, address to, uint256 deadline)',
  'function swapTokensForExactETH(uint256 amountOut, uint256 amountInMax, address[] path, address to, uint256 deadline)',

  'function exactInputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 deadline, uint256 amountIn, uint256 amountOutMinimum, uint160 sqrtPriceLimitX96) params) payable',
  'function exactOutputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 deadline, uint256 amountOut, uint256 amountInMaximum, uint160 sqrtPriceLimitX96) params) payable',
  'function exactInput((bytes path, address recipient, uint256 deadline, uint256 amountIn, uint256 amountOutMinimum) params) payable',
  'function exactOutput((bytes path, address recipient, uint256 deadline, uint256 amountOut, uint256 amountInMaximum) params) payable',
  'function multicall(bytes[] data) payable',

  'function exactInputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 amountIn, uint256 amountOutMinimum, uint160 sqrtPriceLimitX96) params) payable',
  'function exactOutputSingle((address tokenIn, address tokenOut, uint24 fee, address recipient, uint256 amountOut, uint256 amountInMaximum, uint160 sqrtPriceLimitX96) params) payable',
  'function exactInput((bytes path, address recipient, uint256 amountIn, uint256 amountOutMinimum) params) payable',
  'function exactOutput((bytes path, address recipient, uint256 amountOut, uint256 amountInMaximum) params) payable',
  'function multicall(uint256 deadline, bytes[] data) payable',

  'function execute(bytes commands, bytes[] inputs) payable',
  'function execute(bytes commands, bytes[] inputs, uint256 deadline) payable',
]

const V3_SWAP = ['address', 'uint256', 'uint256', 'bytes', 'bool']
const V2_SWAP = ['address', 'uint256', 'uint256', 'address[]', 'bool']
const PERMIT_SINGLE = '((address,uint160,uint48,uint48),address,uint256)'

/** What each command of the Universal Router is given; commands without a line are not known. */
export const UNIVERSAL_INPUTS: ReadonlyMap<number, readonly string[]> = new Map([
  [0x00, V3_SWAP], // V3_SWAP_EXACT_IN: recipient, amountIn, amountOutMin, path, payerIsUser
  [0x01, V3_SWAP], // V3_SWAP_EXACT_OUT: recipient, amountOut, amountInMax, path backwards, payerIsUser
  [0x02, ['address', 'address', 'uint160']], // PERMIT2_TRANSFER_FROM: token, recipient, amount
  [0x05, ['address', 'address', 'uint256']], // TRANSFER: token, recipient, value
  [0x08, V2_SWAP], // V2_SWAP_EXACT_IN
  [0x09, V2_SWAP], // V2_SWAP_EXACT_OUT
  [0x0a, [PERMIT_SINGLE, 'bytes']], // PERMIT2_PERMIT
  [0x21, ['bytes', 'bytes[]']], // EXECUTE_SUB_PLAN
])
