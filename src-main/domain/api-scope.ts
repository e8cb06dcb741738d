/** What a client of the local interface may do. There is no scope that trades, releases a halt or changes a setting. */
export const API_SCOPES = ['health', 'metrics', 'halt'] as const
/** One thing that a client may do. */
export type ApiScope = (typeof API_SCOPES)[number]
