/** The append-only file. */
export { AppendOnly, type BaseSnapshots } from './append-only.js';
