// Whom Redwing stands in for: what clients ask for before they decide which commands to send.

/** The version of Redis whose behaviour is the reference, as HELLO and INFO state it. */
export const REDIS_VERSION = '7.2.6';
