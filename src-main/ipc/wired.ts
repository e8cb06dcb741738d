/** The channel on which a window asks whether its calls are heard; without the library of schemas, for it is needed before that is loaded. */
export { WIRED_CHANNEL } from '../../src-preload/contract/channel'
